/** Where the page stands that a "this was not me" link opens, behind the public URL. GET there never acts: mail scanners follow links. */
export const notMePath = '/recovery/not-me';

/** The link by which whoever reads the owner's mail stops what is going on. */
export function notMeLink(
  publicUrl: string,
  { account, token }: { readonly account: string; readonly token: string },
): string {
  return `${publicUrl}${notMePath}?account=${encodeURIComponent(account)}&token=${encodeURIComponent(token)}`;
}
