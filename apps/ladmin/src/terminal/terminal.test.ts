import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { createConfirm } from "./confirm.ts";
import { createShowProgress } from "./progress.ts";
import { showTime, toFields, toTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** A stream that says it is a terminal, and what was written to it. */
function fakeTerminal() {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  stream.on("data", (chunk) => written.push(String(chunk)));
  return { stream: stream as unknown as Terminal["stderr"], written };
}

const fakeKeyboard = () =>
  Object.assign(new PassThrough(), { isTTY: true }) as unknown as Terminal["stdin"];

describe("confirmation", () => {
  const ask = (answer: string) => {
    const stdin = fakeKeyboard();
    const { stream: stderr, written } = fakeTerminal();
    stdin.push(`${answer}\n`);
    return { asked: createConfirm({ stdin, stderr })("Revoke?", {}), written };
  };

  test.each(["y", "Y", "yes", " yes "])("%j is a yes", async (answer) => {
    const { asked, written } = ask(answer);
    await asked;
    expect(written.join("")).toContain("Revoke? [y/N] ");
  });

  test.each(["", "n", "no", "yy", "yes please"])("%j is a no", async (answer) => {
    await expect(ask(answer).asked).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: "Nothing was changed.",
    });
  });

  test("the end of the input is a no", async () => {
    const stdin = fakeKeyboard();
    const asked = createConfirm({ stdin, stderr: fakeTerminal().stream })("Revoke?", {});
    stdin.push(null);
    await expect(asked).rejects.toMatchObject({ message: "Nothing was changed." });
  });

  test("is not asked for when it was given, nor where nobody can answer", async () => {
    const pipe = new PassThrough() as unknown as Terminal["stdin"];
    const { stream: stderr, written } = fakeTerminal();
    const confirm = createConfirm({ stdin: pipe, stderr });
    await confirm("Revoke?", { yes: true });
    await expect(confirm("Revoke?", {})).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(written).toEqual([]);
  });
});

describe("progress", () => {
  const show = async (json: boolean, isTTY: boolean) => {
    const { stream: stderr, written } = fakeTerminal();
    Object.assign(stderr, { isTTY });
    const result = await createShowProgress({ json, stderr })("Copying", async (onProgress) => {
      onProgress({ done: 50, total: 100 });
      return "done";
    });
    return { result, text: stripVTControlCharacters(written.join("")) };
  };

  test("is a bar on a terminal", async () => {
    const { result, text } = await show(false, true);
    expect(result).toBe("done");
    expect(text).toContain("Copying");
  });

  test("is nothing for programs and in files", async () => {
    expect(await show(true, true)).toEqual({ result: "done", text: "" });
    expect(await show(false, false)).toEqual({ result: "done", text: "" });
  });
});

describe("tables", () => {
  const columns = { NAME: (item: string) => item, LENGTH: (item: string) => `${item.length}` };

  test("are aligned and have no spaces at the end", () => {
    expect(toTable(["a", "longer"], columns)).toBe(
      ["NAME     LENGTH", "a        1", "longer   6"].join("\n"),
    );
    expect(toTable(["日本", "x"], columns)).toBe(
      ["NAME   LENGTH", "日本   2", "x      1"].join("\n"),
    );
  });

  test("are nothing for no items", () => expect(toTable([], columns)).toBe(""));

  test("do not let a name move the cursor", () => {
    expect(toTable(["\u001b[2Ja\nb"], { NAME: (item: string) => item })).toBe("NAME\n�[2Ja�b");
  });

  test("of fields put them below each other", () => {
    expect(toFields({ id: "1", status: "active" })).toBe("id       1\nstatus   active");
  });

  test("show times to the second", () => {
    expect(showTime("2026-04-18T19:29:09.123Z")).toBe("2026-04-18 19:29:09Z");
    expect(showTime(null)).toBe("-");
  });
});
