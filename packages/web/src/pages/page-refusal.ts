/** A request that a page does not serve: thrown by the steps that read it, and shown as a page of its own. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';
  readonly status: number;
  readonly title: string;

  /** @param detail what the person does next, in plain words. */
  constructor(status: number, { title, detail }: { readonly title: string; readonly detail: string }) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}
