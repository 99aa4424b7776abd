import { Command } from 'commander';
import type { Report, Shell } from './shell.ts';

/** What every command has in common. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  /** Shown by `--help`; without the leading `tidelock`. */
  readonly examples: readonly string[];
}

/** A command that reports: `run` gets the arguments as they were declared, and the options as the last one. */
export interface DefinedCommand extends CommandShape {
  declare(command: Command): unknown;
  run(shell: Shell, args: readonly (string | undefined)[], options: Options): Promise<Report>;
}

/** The options of a command line, by their names. */
export type Options = Readonly<Record<string, unknown>>;

/** A command that does one thing, and then says what came of it. */
export function defineCommand(shell: Shell, definition: DefinedCommand, done: Done): Command {
  const command = shapeCommand(shell, definition).option('--json', 'print one JSON object');
  definition.declare(command);
  const count = command.registeredArguments.length;
  return command.action(async (...parameters: unknown[]) => {
    const options = parameters[count] as Options;
    const report = await definition.run(shell, parameters.slice(0, count) as (string | undefined)[], options);
    printReport(shell, report, options['json'] === true);
    done(report.status);
  });
}

/** Takes the exit status of the command that ran. */
export type Done = (status: Report['status']) => void;

/** A command without anything of its own yet: errors are thrown, and the help ends with examples. */
export function shapeCommand(shell: Shell, { name, summary, examples }: CommandShape): Command {
  return new Command(name)
    .description(summary)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.output.write(text),
      writeErr: (text) => shell.errors.write(text),
      getOutHelpWidth: () => shell.output.columns ?? helpWidth,
      getErrHelpWidth: () => shell.errors.columns ?? helpWidth,
      // What is thrown is told once, where everything else is told.
      outputError: () => undefined,
    })
    .helpCommand(false)
    .addHelpText(
      'after',
      `\nExamples:\n${examples.map((example) => `  $ tidelock ${example}`).join('\n')}\n`,
    );
}

const helpWidth = 100;

function printReport(shell: Shell, { text, remarks = [], json }: Report, asJson: boolean): void {
  if (json === null) return;
  if (asJson) {
    shell.output.write(`${JSON.stringify(json)}\n`);
    return;
  }
  if (text !== '') shell.output.write(`${text}\n`);
  for (const remark of remarks) shell.errors.write(`${remark}\n`);
}
