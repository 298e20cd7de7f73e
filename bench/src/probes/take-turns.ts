/** Does what is measured so many times. */
export type Subject = (count: number) => void | Promise<void>;

interface Turns {
  readonly rounds: number;
  /** How long a subject's turn is, about. */
  readonly milliseconds: number;
  /** `cpu` counts what this process uses, `wall` what the disk takes too. */
  readonly clock: "cpu" | "wall";
}

const clocks = {
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  wall: () => performance.now() * 1000,
};

/** Runs subjects in turns and returns each one's microseconds apiece, by round. */
export async function takeTurns<Name extends string>(
  subjects: Readonly<Record<Name, Subject>>,
  { rounds, milliseconds, clock }: Turns,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries(subjects) as [Name, Subject][];
  const now = clocks[clock];
  const time = async (subject: Subject, count: number) => {
    const startedAt = now();
    await subject(count);
    return (now() - startedAt) / count;
  };
  const counts = new Map<Name, number>();
  for (const [name, subject] of entries) {
    let count = 16;
    let apiece = await time(subject, count);
    while (apiece * count < milliseconds * 1000) {
      count *= 2;
      apiece = await time(subject, count);
    }
    counts.set(name, count);
  }
  const figures = Object.fromEntries(entries.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const [name, subject] of entries)
      figures[name]?.push(await time(subject, counts.get(name) ?? 1));
  return figures as Record<Name, number[]>;
}
