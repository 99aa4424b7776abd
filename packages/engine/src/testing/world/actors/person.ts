import type { Verdict } from '../../../desks/verification-desk.ts';
import { valueOf, type ActOf } from '../act.ts';
import { ownCode, periodSeconds } from '../own-codes.ts';
import type { World } from '../world.ts';
import type { WorldProcess } from '../world-process.ts';
import type { Loot } from './loot.ts';

/** An app or a token in somebody's hand. */
export interface Device {
  readonly factorId: string;
  readonly kind: 'totp' | 'hotp';
  readonly secret: string;
  /** The next counter that it shows. */
  counter: number;
  isLost: boolean;
}

/** Somebody with an account, a phone whose clock is a little off, and a drawer with backup codes. */
export class Person {
  readonly world: World;
  readonly account: string;
  readonly loot: Loot;
  devices: Device[] = [];
  backupCodes: string[] = [];
  trustToken: string | null = null;
  /** Whether it is the owner who asks for a recovery. */
  isRecovering = false;
  /** Whether the application remembers that this account was enrolled. */
  isRemembered = false;
  readonly #phoneSkewSeconds: number;

  constructor(world: World, account: string, loot: Loot) {
    this.world = world;
    this.account = account;
    this.loot = loot;
    this.#phoneSkewSeconds = world.generator.between(-20, 20);
  }

  /** What the device shows now; a token shows the next one each time. */
  codeOf(device: Device): string {
    if (device.kind === 'hotp') {
      device.counter += 1;
      return ownCode(device.secret, device.counter - 1);
    }
    const at = this.world.now() + this.#phoneSkewSeconds;
    return ownCode(device.secret, Math.floor(at / periodSeconds));
  }

  /** A device at hand, or null. */
  anyDevice(): Device | null {
    const held = this.devices.filter(({ isLost }) => !isLost);
    return held.length === 0 ? null : this.world.generator.pick(held);
  }

  async openTicket(purpose: string, actHash?: string): Promise<string | null> {
    const { world, account } = this;
    const act = await world.ask('challenge', account, {
      purpose,
      ...(actHash === undefined ? {} : { actHash }),
      ...(this.isRemembered ? { expected: 'enrolled' as const } : {}),
    });
    const value = valueOf(act);
    if (value === null || !value.required) return null;
    this.loot.mayLeak('ticket', account, value.ticket);
    return value.ticket;
  }

  /** Types a code, again where no answer came; somebody may look over the shoulder meanwhile. */
  async type(code: string, options: TypeOptions): Promise<Verdict | null> {
    const { world, account } = this;
    const { generator } = world;
    const onlookers: Promise<unknown>[] = [];
    if (generator.chance(0.25)) onlookers.push(this.loot.overhear(account, code, options.ticket));
    else this.loot.mayLeak('code', account, code);
    // A double click, or a browser that sends it again: to another server.
    if (generator.chance(0.1)) onlookers.push(this.#send(code, options, world.anyProcess()));
    let verdict: Verdict | null = null;
    for (let attempt = 0; attempt < 3 && verdict === null; attempt += 1) {
      verdict = valueOf(await this.#send(code, options, world.anyProcess()));
      if (verdict === null) await world.sleep(generator.between(0.5, 8));
    }
    await Promise.all(onlookers);
    return verdict;
  }

  /** A proof of a device or, where there is none, of a backup code. */
  async prove(purpose: string, actHash?: string): Promise<string | null> {
    const { generator } = this.world;
    const ticket = await this.openTicket(purpose, actHash);
    if (ticket === null) return null;
    const device = this.anyDevice();
    const byBackupCode = this.backupCodes.length > 0 && (device === null || generator.chance(0.08));
    if (device === null && !byBackupCode) return null;
    await this.world.sleep(generator.between(1, 40));
    const isNamed = generator.chance(0.4) && !byBackupCode;
    const verdict = await this.type(byBackupCode ? this.backupCodes.pop()! : this.codeOf(device!), {
      ticket,
      ...(isNamed ? { factorId: device!.factorId } : {}),
      ...(purpose === 'login' && generator.chance(0.3) ? { trustBrowser: true } : {}),
    });
    if (verdict?.outcome !== 'accepted') return null;
    if (verdict.trustToken !== undefined) {
      this.trustToken = verdict.trustToken;
      this.loot.mayLeak('trust', this.account, verdict.trustToken);
    }
    this.loot.mayLeak('proof', this.account, verdict.proof);
    return verdict.proof;
  }

  #send(code: string, options: TypeOptions, process: WorldProcess): Promise<ActOf<'verify'>> {
    return this.world.ask('verify', this.account, { code, ...options }, process);
  }
}

interface TypeOptions {
  readonly ticket?: string;
  readonly factorId?: string;
  readonly trustBrowser?: boolean;
}
