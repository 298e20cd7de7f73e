import { EnvError } from "@layers/api";
import { stopOnSignal } from "@layers/http-edge";
import { banner } from "./banner.ts";
import { startStandalone } from "./standalone.ts";

const starting = startStandalone(process.env);
stopOnSignal(async () => (await starting)[Symbol.asyncDispose]());
starting.then(
  (standalone) => console.log(banner(standalone)),
  (error: unknown) => {
    console.error(error instanceof EnvError ? error.message : error);
    process.exit(1);
  },
);
