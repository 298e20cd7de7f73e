/** One line of a scrape. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus would read. */
export interface Scrape {
  readonly text: string;
  /** The metrics' names, as their `# TYPE` lines tell. */
  readonly families: readonly string[];
  /** With a name and all of these labels. */
  readonly find: (name: string, labels?: Readonly<Record<string, string>>) => Sample[];
  /** The sum of what `find` finds. */
  readonly sum: (name: string, labels?: Readonly<Record<string, string>>) => number;
}

/** Reads the metrics over HTTP. */
export async function scrape(url: string | undefined): Promise<Scrape> {
  if (url === undefined) throw new Error("There are no metrics.");
  const text = await (await fetch(url)).text();
  const samples = text.split("\n").flatMap(toSample);
  const find: Scrape["find"] = (name, labels = {}) =>
    samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  return {
    text,
    families: [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => String(name)),
    find,
    sum: (...wanted) => find(...wanted).reduce((sum, { value }) => sum + value, 0),
  };
}

function toSample(line: string): Sample[] {
  const [, name, labels = "", value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
  if (name === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]);
  return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
}
