/** One page of a list, with the ways to the others as a `Link` header whose targets are paths. */
export class Page<B> {
  readonly body: B;
  readonly link: string | undefined;
  constructor(body: B, link: string | undefined) {
    this.body = body;
    this.link = link;
  }
}
