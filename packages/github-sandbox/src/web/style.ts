export const style = `
:root { color-scheme: light dark; --line: #8b949e55; --accent: #1f883d; --quiet: #6e7781; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
.banner { display: flex; gap: 1rem; align-items: center; padding: .75rem 1.5rem;
  background: #24292f; color: #fff; }
.banner a { color: inherit; font-weight: 600; text-decoration: none; }
.banner .person { margin-left: auto; display: flex; gap: .75rem; align-items: center; }
.ribbon { margin: 0; padding: .35rem 1.5rem; background: #fff8c5; color: #4d2d00; font-size: .875rem; }
main { max-width: 40rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
.box { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0; }
.rows { list-style: none; padding: 0; border: 1px solid var(--line); border-radius: .5rem; }
.rows li { display: flex; gap: .75rem; align-items: center; padding: .75rem 1.25rem; }
.rows li + li { border-top: 1px solid var(--line); }
.rows .end { margin-left: auto; display: flex; gap: .5rem; }
.note { color: var(--quiet); font-size: .875rem; }
.wrong { border-color: #cf222e; color: #cf222e; }
fieldset { border: 0; padding: 0; margin: 1rem 0; }
.repositories { max-height: 16rem; overflow: auto; }
fieldset:not(:has(#selection-selected:checked)) .repositories { display: none; }
.repositories div { padding: .15rem 0; }
button { font: inherit; font-weight: 600; padding: .35rem 1rem; border-radius: .375rem; cursor: pointer;
  border: 1px solid var(--line); background: transparent; color: inherit; }
button.primary { background: var(--accent); border-color: var(--accent); color: #fff; }
button.danger { color: #cf222e; }
.buttons { display: flex; gap: .75rem; flex-wrap: wrap; margin-top: 1.25rem; }
form { margin: 0; }
`;
