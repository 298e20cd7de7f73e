import { returnUrl } from "../connector.ts";
import { type Answer, type Request, send } from "../http.ts";
import type { Proven } from "../journey.ts";
import { openSession, type Session, visit } from "../visit.ts";
import type { ChildService } from "./child-service.ts";
import type { Ledger, Pending } from "./ledger.ts";

/** The connection broke: nobody knows what was done. */
class Unanswered extends Error {}

/** The service answered what it may not. */
export class Wrong extends Error {}

/** Keeps an organization busy until the service dies, and writes down what was acknowledged. */
export interface Client {
  readonly ledger: Ledger;
  /** Registers, asks for tokens, revokes and detaches, one after the other. */
  readonly work: () => Promise<void>;
  /** Asks for tokens all the time, whatever the other does. */
  readonly askForTokens: () => Promise<void>;
  readonly call: (target: string, request?: Request) => Promise<Answer>;
  readonly register: (proven: Proven) => Promise<Answer>;
}

/** Each is a token of its own. */
export const tokenWishes = ["contents", "metadata", "pull_requests", "members"].map((name) => ({
  permissions: { [name]: "read" },
}));
const pick = <T>(from: readonly T[]): T | undefined =>
  from[Math.floor(Math.random() * from.length)];

export async function createClient(service: ChildService, ledger: Ledger): Promise<Client> {
  const { key } = ledger.partner;
  const session = await openSession(service.sandbox, ledger.login);

  async function call(target: string, request: Request = {}): Promise<Answer> {
    try {
      return await send(target, service.url, { key, ...request });
    } catch (cause) {
      throw new Unanswered(target, { cause });
    }
  }

  /** A call of which it must be known that it may have been done. */
  async function change(pending: Pending, doing: () => Promise<Answer>): Promise<Answer> {
    ledger.pending = pending;
    const answer = await doing();
    ledger.pending = undefined;
    return answer;
  }

  const register = ({ state, installationId }: Proven) =>
    call("POST /v1/github/installation", { body: { installationId, state } });

  async function connect(): Promise<void> {
    const proven = await prove({ service, call, session, ledger });
    if (!proven) return;
    const answer = await change({ kind: "register", proven }, () => register(proven));
    if (answer.status === 201) ledger.bound = answer.text;
    else if (!ledger.isRival || answer.status !== 422) throw wrong("register", answer);
  }

  async function registerAgain(): Promise<void> {
    const { installationId } = JSON.parse(ledger.bound ?? "{}") as Proven;
    const answer = await register({ installationId, state: "whatever-it-was-before" });
    if (answer.text !== ledger.bound) throw wrong("register again", answer);
  }

  async function askForToken(): Promise<void> {
    const body = pick(tokenWishes);
    const answer = await call("POST /v1/github/installation/token", { body });
    if (answer.status === 404) return;
    if (answer.status !== 201) throw wrong("create a token", answer);
    const { token } = answer.body as { token: string };
    if (!ledger.tokens.has(token)) ledger.tokens.set(token, "live");
  }

  async function revoke(): Promise<void> {
    const live = [...ledger.tokens].filter(([, state]) => state === "live");
    const [token] = pick(live) ?? [];
    if (token === undefined) return;
    ledger.tokens.set(token, "unknown");
    const answer = await change({ kind: "revoke", token }, () =>
      call("DELETE /v1/github/installation/token", { body: { token } }),
    );
    if (![204, 404].includes(answer.status)) throw wrong("revoke", answer);
    ledger.tokens.set(token, "revoked");
  }

  async function detach(): Promise<void> {
    ledger.unknownDetaches += 1;
    const answer = await change({ kind: "detach" }, () => call("DELETE /v1/github/installation"));
    if (answer.status !== 200) throw wrong("detach", answer);
    ledger.unknownDetaches -= 1;
    ledger.detaches += 1;
    ledger.bound = undefined;
  }

  const doings = [registerAgain, askForToken, askForToken, askForToken, revoke, detach];
  return {
    ledger,
    call,
    register,
    work: () => untilItDies(() => (ledger.bound === undefined ? connect() : pick(doings)?.())),
    askForTokens: () => untilItDies(askForToken),
  };
}

async function untilItDies(doing: () => Promise<void> | undefined): Promise<void> {
  try {
    for (;;) await doing();
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
  }
}

const wrong = (doing: string, { status, text }: Answer) =>
  new Wrong(`To ${doing} was answered with ${status} ${text}`);

interface Proving {
  readonly service: ChildService;
  readonly call: Client["call"];
  readonly session: Session;
  readonly ledger: Ledger;
}

/** Goes through the install flow. Nothing is proven while the account is a rival's. */
async function prove({ service, call, session, ledger }: Proving): Promise<Proven | undefined> {
  const query = new URLSearchParams({ returnUrl });
  const { body } = await call(`GET /v1/github/installation/install-url?${query.toString()}`);
  const state = String(Reflect.get(Object(body), "state"));
  const installation = service.sandbox.world.installation(ledger.account);
  const parameters = new URLSearchParams({
    state,
    installation_id: String(installation?.id),
    setup_action: "install",
  });
  const callback = `${service.url}/github/app/callback?${parameters.toString()}`;
  const ending = await visit(callback, session).catch((cause: unknown) => {
    throw new Unanswered("the install flow", { cause });
  });
  if ("partner" in ending)
    return { state, installationId: Number(ending.partner["installation_id"]) };
  if (!ledger.isRival || ending.page !== 409) throw new Wrong(`The flow ended at ${ending.page}.`);
}
