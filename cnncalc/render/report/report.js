"use strict";
// Tables of layers that fold, sort and filter; treemaps one at a time. All is readable without.
(() => {
  const make = (name, given = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const button = (text, act, given = {}) => {
    const made = make("button", { type: "button", ...given }, text);
    made.addEventListener("click", act);
    return made;
  };

  // The number of a cell, or its text: bytes are given, a shape counts its elements.
  const valueOf = (cell) => {
    const text = cell.dataset.v || cell.textContent.replaceAll(",", "");
    if (/^\d+(x\d+)*$/.test(text)) return text.split("x").reduce((all, one) => all * Number(one), 1);
    if (/^[\d.]+%$/.test(text)) return parseFloat(text);
    return text === "all" ? Infinity : text;
  };
  const compare = (one, two) => {
    if (typeof one !== typeof two) return typeof one === "number" ? 1 : -1;
    return one < two ? -1 : one > two ? 1 : 0;
  };

  class Layers {
    constructor(table) {
      this.body = table.tBodies[0];
      this.heads = [...table.tHead.rows[0].cells];
      this.rows = [];
      this.sort = null;
      this.flat = false;
      this.words = [];
      this.read();
      this.heads.forEach((head, column) => {
        const label = head.getAttribute("aria-label");
        const text = button(head.textContent, () => this.sortBy(column), label ? { "aria-label": label } : {});
        head.removeAttribute("aria-label");
        head.replaceChildren(text);
      });
      this.status = make("span", { role: "status" });
      const search = make("input", { type: "search", autocomplete: "off" });
      search.addEventListener("input", () => {
        this.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        this.show();
      });
      this.list = button("Flat list", () => {
        this.flat = !this.flat;
        this.list.setAttribute("aria-pressed", this.flat);
        this.show();
      }, { "aria-pressed": "false" });
      const groups = this.rows.filter((row) => row.children.length);
      const tools = make("div", { class: "tools" }, make("label", {}, "Filter", search));
      if (groups.length) {
        tools.append(button("Unfold all", () => this.foldAll(true)), button("Fold all", () => this.foldAll(false)), this.list);
      }
      tools.append(this.status);
      table.parentElement.before(tools);
      groups.forEach((row) => this.addFold(row));
      this.foldAll(this.rows.length <= 60);
    }

    read() {
      const open = [];
      for (const [order, tr] of [...this.body.rows].entries()) {
        const level = Number(tr.dataset.l || 0);
        open.length = level;
        const parent = open[level - 1] || null;
        const name = tr.querySelector(".n");
        const own = name.textContent;
        const around = parent ? parent.path : "";
        const turn = tr.classList.contains("turn");
        const row = {
          tr, order, parent, name, own, children: [], open: true,
          path: turn ? around : around ? `${around}/${own}` : own,
          text: `${around}/${own} ${tr.cells[1].textContent}`.toLowerCase(),
        };
        if (parent) parent.children.push(row);
        open.push(row);
        this.rows.push(row);
      }
    }

    addFold(row) {
      row.button = button(row.own, () => { row.open = !row.open; this.show(); }, { class: "fold n" });
      row.name.replaceWith(row.button);
    }

    foldAll(open) {
      for (const row of this.rows) row.open = open;
      this.show();
    }

    sortBy(column) {
      const first = this.heads[column].classList.contains("n") ? "descending" : "ascending";
      const second = first === "descending" ? "ascending" : "descending";
      const before = this.sort && this.sort.column === column ? this.sort.way : "";
      const way = before === first ? second : before === second ? "" : first;
      this.sort = way ? { column, way } : null;
      this.heads.forEach((head, at) => {
        if (way && at === column) head.setAttribute("aria-sort", way);
        else head.removeAttribute("aria-sort");
      });
      this.show();
    }

    sorted(rows) {
      if (!this.sort) return rows;
      const { column, way } = this.sort;
      const value = (row) => column ? valueOf(row.tr.cells[column]) : row.own;
      const keyed = rows.map((row) => [value(row), row]);
      keyed.sort((one, two) => (way === "ascending" ? 1 : -1) * compare(one[0], two[0]) || one[1].order - two[1].order);
      return keyed.map(([, row]) => row);
    }

    // Those that match, with all that they are in and all that is in them.
    matching() {
      const found = new Set();
      if (!this.words.length) return null;
      for (const row of this.rows) {
        if (this.words.every((word) => row.text.includes(word)) || (row.parent && row.parent.hit)) {
          row.hit = true;
          for (let one = row; one && !found.has(one); one = one.parent) found.add(one);
        } else {
          row.hit = false;
        }
      }
      return found;
    }

    show() {
      for (const row of this.rows) row.hit = false;
      const found = this.matching();
      const ordered = [];
      const walk = (rows) => {
        for (const row of this.sorted(rows)) {
          ordered.push(row);
          walk(row.children);
        }
      };
      if (this.flat) {
        ordered.push(...this.sorted(this.rows.filter((row) => !row.children.length)));
        ordered.push(...this.rows.filter((row) => row.children.length));
      } else {
        walk(this.rows.filter((row) => !row.parent));
      }
      let layers = 0;
      for (const row of ordered) {
        const leaf = !row.children.length;
        const reached = this.flat ? leaf : this.unfolded(row, found);
        const shown = reached && (!found || found.has(row));
        row.tr.hidden = !shown;
        if (leaf) {
          row.name.textContent = this.flat ? row.path : row.own;
          layers += !found || row.hit;
        } else {
          row.button.setAttribute("aria-expanded", row.open || Boolean(found));
        }
      }
      // Rows that stay where they are keep the focus.
      if (ordered.some((row, at) => row.tr !== this.body.rows[at])) this.body.append(...ordered.map((row) => row.tr));
      this.body.classList.toggle("flat", this.flat);
      const all = this.rows.filter((row) => !row.children.length).length;
      this.status.textContent = found ? `${layers} of ${all} layers` : `${all} layers`;
    }

    unfolded(row, found) {
      if (found) return true;
      for (let one = row.parent; one; one = one.parent) if (!one.open) return false;
      return true;
    }
  }

  const choose = (group) => {
    const figures = [...group.querySelectorAll("figure")];
    if (figures.length < 2) return;
    const buttons = figures.map((figure, at) => button(figure.dataset.title, () => show(at)));
    const show = (chosen) => figures.forEach((figure, at) => {
      figure.hidden = at !== chosen;
      buttons[at].setAttribute("aria-pressed", at === chosen);
    });
    group.before(make("div", { class: "tools", role: "group", "aria-label": "Area of the treemap" }, ...buttons));
    show(0);
  };

  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (target && target.tagName === "DETAILS") target.scrollIntoView();
  };

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
  addEventListener("hashchange", reveal);
  for (const table of document.querySelectorAll("table.layers")) new Layers(table);
  for (const group of document.querySelectorAll(".treemaps")) choose(group);
  reveal();
})();
