/** Seconds since the epoch as RFC 3339 in UTC. */
export function formatInstant(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}

/** The same object with its times (`at`, `until`, `createdAt`, `lockedUntil`, …) in RFC 3339, as the HTTP API has them. */
export function showInstants(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'number' && /^(?:at|until)$|(?:At|Until)$/.test(name)
        ? formatInstant(member)
        : member,
    ]),
  );
}
