// What the pages about candidates do by themselves: what is typed is checked, and an examination is followed. Without it every
// page still works.
"use strict";

(() => {
  const lang = document.documentElement.lang === "en" ? "en" : "fr";
  const state = document.getElementById("state");
  const draft = document.getElementById("draft"), whole = document.getElementById("whole");
  const yaml = document.getElementById("yaml"), examined = document.getElementById("examined");
  if (state && draft) checks(draft, () => ({scopes: scopes(draft), values: values(draft)}), true);
  if (state && whole) checks(whole, () => ({scopes: [], values: {}, yaml: yaml.value}), false);
  if (examined && examined.dataset.follow) follow(examined.dataset.follow);

  function scopes(form) { return [...form.elements.namedItem("scope")?.length ? form.elements.namedItem("scope") : [form.elements.namedItem("scope")]].map((one) => one.value); }

  // values are what is typed in each field.
  function values(form) {
    const all = {};
    for (const [name, value] of new FormData(form)) if (!["how", "revision", "scope"].includes(name)) all[name] = value;
    return all;
  }

  // checks asks, soon after the last key, what is wrong with what a form holds; the last answer counts.
  function checks(form, sent, fields) {
    let due = 0, asked = 0;
    form.addEventListener("input", () => {
      clearTimeout(due);
      due = setTimeout(async () => {
        const turn = ++asked;
        try {
          const answer = await fetch("/api/candidates/check", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({id: form.dataset.id, ...sent()})});
          if (!answer.ok) throw new Error(answer.status);
          const told = await answer.json();
          if (turn === asked) shows(told, fields);
        } catch {
          if (turn === asked) says(state.dataset.lost, "note");
        }
      }, 350);
    });
  }

  function says(text, kind) {
    state.className = kind;
    const line = state.querySelector("[role=status]");
    if (line.textContent !== text) line.textContent = text;
  }

  // shows puts each problem at its field and in the list.
  function shows(told, fields) {
    const list = state.querySelector(".problems");
    list.replaceChildren();
    for (const place of document.querySelectorAll(".told")) place.replaceChildren();
    for (const p of told.problems) {
      const text = (lang === "en" ? "Expected: " : "Attendu : ") + p.want[lang] + ". " + p.remedy[lang];
      const place = p.field && document.querySelector(`.told[data-field="${CSS.escape(p.field)}"]`);
      if (place) place.append(line("p", "wrong", text));
      const item = document.createElement("li");
      if (place) {
        const link = document.createElement("a");
        link.href = "#" + p.field;
        link.textContent = p.key;
        item.append(link);
      } else item.append(line("code", "", p.key || "candidate.yaml"));
      item.append(" " + (p.line ? (lang === "en" ? "line " : "ligne ") + p.line + " " : "") + text + (p.got ? " " + p.got : ""));
      list.append(item);
    }
    if (fields && yaml && document.activeElement !== yaml) yaml.value = told.yaml;
    const many = told.problems.length;
    says(many ? state.dataset.wrong.replace("%d", many) : state.dataset.sound, many ? "note" : "sound");
  }

  function line(name, kind, text) {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.textContent = text;
    return made;
  }

  // follow tells what is being looked at, and shows the page again when there is more to see.
  function follow(address) {
    const now = document.getElementById("now"), before = document.querySelector(".turn p")?.textContent ?? "";
    const look = async () => {
      try {
        const seen = await (await fetch(address)).json();
        if (!seen.running || (seen.gesture ?? "") !== "" && before === "" || before !== "" && !seen.gesture) { location.reload(); return; }
        if (now && seen.now && now.textContent !== seen.now[lang]) now.textContent = seen.now[lang];
      } catch { /* asked again */ }
      setTimeout(look, 700);
    };
    setTimeout(look, 300);
  }
})();
