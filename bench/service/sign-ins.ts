import { codeNow, personOf, type People } from './people.ts';
import type { SteadyRequest } from './steady-load.ts';
import type { SeededAccount } from '../../test/service/seeded-accounts.ts';

/**
 * A code is accepted once, so that nobody comes again in the same time step, nor in the next one: one code in a million is also that of
 * the next step, and is then spent for both (OTP-08). Two steps, and a little for an answer that is slow.
 */
const secondsBetween = 65;

/** People who sign in one after the other, and again and again: a challenge, then a code with its ticket. */
export class SignIns {
  readonly #people: People;
  readonly #waiting: { readonly person: SeededAccount; readonly ticket: string }[] = [];
  #turn = 0;
  #roundBegan = 0;

  constructor(people: People) {
    this.#people = people;
  }

  /** How many it takes for so many requests a second; half of them are verifications. */
  static peopleFor(requestsPerSecond: number): number {
    return Math.ceil((requestsPerSecond / 2) * secondsBetween * 1.05);
  }

  /** Null where everybody has been here too short a time ago. */
  next(): SteadyRequest | null {
    const verification = this.#waiting.shift();
    return verification === undefined ? this.#challenge() : verify(verification);
  }

  #challenge(): SteadyRequest | null {
    const place = this.#turn % this.#people.count;
    if (place === 0) {
      const now = performance.now();
      if (this.#turn > 0 && now - this.#roundBegan < secondsBetween * 1000) return null;
      this.#roundBegan = now;
    }
    this.#turn += 1;
    const person = personOf(this.#people, place);
    return {
      path: `/v1/accounts/${person.account}/challenges`,
      body: '{"purpose":"login","expected":"enrolled"}',
      expected: '"required":true',
      onAnswer: (body) => {
        const { ticket } = JSON.parse(body) as { readonly ticket: string };
        this.#waiting.push({ person, ticket });
      },
    };
  }
}

function verify({
  person,
  ticket,
}: {
  readonly person: SeededAccount;
  readonly ticket: string;
}): SteadyRequest {
  return {
    path: `/v1/accounts/${person.account}/verify`,
    body: JSON.stringify({ code: codeNow(person), ticket }),
    expected: '"outcome":"accepted"',
  };
}
