import type { World } from '../world.ts';
import { valueOf } from '../act.ts';

export type LootKind = 'code' | 'ticket' | 'proof' | 'trust' | 'backupCode';

export interface Piece {
  readonly kind: LootKind;
  readonly account: string;
  readonly text: string;
}

/** What thieves have seen, read or been sent by mistake. */
export class Loot {
  readonly pieces: Piece[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  mayLeak(kind: LootKind, account: string, text: string): void {
    if (this.#world.generator.chance(0.4)) this.pieces.push({ kind, account, text });
  }

  any(kind: LootKind): Piece | null {
    // The newest are worth the most.
    const pieces = this.pieces.filter((piece) => piece.kind === kind).slice(-4);
    return pieces.length === 0 ? null : this.#world.generator.pick(pieces);
  }

  /** Somebody who knows the password types the same code at the same time, on whatever server they get. */
  async overhear(account: string, code: string, ticketOfOwner: string | undefined): Promise<void> {
    const { generator } = this.#world;
    this.pieces.push({ kind: 'code', account, text: code });
    const ticket = generator.chance(0.3) ? ticketOfOwner : await this.#ownTicket(account);
    await this.#world.ask('verify', account, { code, ...(ticket === undefined ? {} : { ticket }) });
  }

  async #ownTicket(account: string): Promise<string | undefined> {
    const value = valueOf(await this.#world.ask('challenge', account, { purpose: 'login' }));
    return value?.required === true ? value.ticket : undefined;
  }
}
