import type { Algorithm } from '@tidelock/otp';
import { InvalidArgumentError, type Command } from 'commander';
import type { Options } from './define-command.ts';

/** How codes are computed, as far as the command line says so. */
export interface CodeOptions {
  readonly algorithm?: Algorithm;
  readonly digits?: number;
  readonly period?: number;
  readonly counter?: number | bigint;
  readonly at?: number | Date;
}

/** Declares `--algorithm`, `--digits` and `--period`. */
export function declareCodeOptions(command: Command): void {
  command
    .option('--algorithm <name>', 'SHA1, SHA256 or SHA512 (default: SHA1)', readAlgorithm)
    .option('--digits <n>', '6 to 8 (default: 6)', readWhole)
    .option('--period <seconds>', '15 to 300 (default: 30)', readWhole);
}

/** Of the options of a command, those that say how codes are computed. */
export function codeOptionsOf(options: Options): CodeOptions {
  return options;
}

function readAlgorithm(text: string): Algorithm {
  const name = text.toUpperCase().replace('-', '');
  if (name === 'SHA1' || name === 'SHA256' || name === 'SHA512') return name;
  throw new InvalidArgumentError('It is SHA1, SHA256 or SHA512.');
}

/** A whole number; its bounds are checked where it is used. */
export function readWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

/** A number of steps forward, or backward with a minus; its bounds are checked where it is used. */
export function readSteps(text: string): number {
  if (!/^-?\d{1,9}$/.test(text))
    throw new InvalidArgumentError('It is a whole number, with a minus or without.');
  return Number(text);
}

/** A counter of up to 64 bits. */
export function readCounter(text: string): number | bigint {
  if (!/^\d{1,20}$/.test(text) || BigInt(text) > 2n ** 64n - 1n)
    throw new InvalidArgumentError('It is a whole number from 0 to 2^64 - 1.');
  const counter = Number(text);
  return Number.isSafeInteger(counter) ? counter : BigInt(text);
}

/** Seconds since 1970, or a time in RFC 3339; without an offset, a time of this machine. */
export function readTime(text: string): number | Date {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It is a time such as 2026-11-22T18:30:00Z, or seconds since 1970.');
  return time;
}
