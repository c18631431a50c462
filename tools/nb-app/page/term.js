// SPDX-License-Identifier: BSD-2-Clause
// term.js: what a program writes for a terminal, as lines of text. Colours,
// returns, backspaces and erasing are understood; what moves about a screen is
// left out.

import { h, button, show } from "./dom.js";

const LINES = 3000;

export class Terminal {
	constructor(label) {
		this.lines = h("div", { class: "term-lines" });
		this.box = h("div", {
			class: "term", role: "log", "aria-live": "off",
			"aria-label": label, tabindex: "0",
			onscroll: () => this.scrolled(),
		}, this.lines);
		this.end = button("Latest", "down", () => this.toEnd(), "term-end");
		this.el = h("div", { class: "term-frame" }, this.box, this.end);
		this.follow = true;
		show(this.end, false);
		this.clear();
	}

	clear() {
		this.lines.replaceChildren();
		this.style = "";
		this.pending = "";
		this.newLine();
	}

	newLine() {
		this.cells = [];	// [character, style]
		this.column = 0;
		this.line = h("div", {});
		this.lines.append(this.line);
		while (this.lines.childElementCount > LINES)
			this.lines.firstElementChild.remove();
	}

	// The present line's cells, as few elements as their styles allow.
	paint() {
		const parts = [];
		let text = "", style = null;
		const flush = () => {
			if (text !== "")
				parts.push(style ? h("span", { class: style }, text) : text);
			text = "";
		};
		for (const cell of this.cells) {
			const [character, s] = cell ?? [" ", ""];
			if (s !== style) {
				flush();
				style = s;
			}
			text += character;
		}
		flush();
		this.line.replaceChildren(...parts);
	}

	put(character) {
		this.cells[this.column++] = [character, this.style];
	}

	colour(codes) {
		for (const code of codes.length ? codes : [0]) {
			if (code === 0)
				this.style = "";
			else if (code === 1)
				this.style = `${this.style.replace(/ ?bold/, "")} bold`.trim();
			else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
				this.style = `c${code % 10}${/bold/.test(this.style) ||
					code >= 90 ? " bold" : ""}`;
			else if (code === 39)
				this.style = this.style.replace(/c\d ?/, "");
		}
	}

	control(sequence) {
		const kind = sequence.at(-1);
		const numbers = sequence.slice(2, -1).split(";").filter(Boolean)
			.map(Number);
		if (kind === "m")
			this.colour(numbers);
		else if (kind === "K" && !(numbers[0] > 0))
			this.cells.length = Math.min(this.cells.length, this.column);
		else if (kind === "C")
			this.column += numbers[0] || 1;
		else if (kind === "D")
			this.column = Math.max(0, this.column - (numbers[0] || 1));
		else if (kind === "G")
			this.column = Math.max(0, (numbers[0] || 1) - 1);
		else if (kind === "J" && numbers[0] >= 2 && this.cells.length) {
			this.paint();
			this.newLine();
		}
	}

	write(text) {
		text = this.pending + text;
		this.pending = "";
		// CSI sequences, OSC strings, other escapes, and single characters
		const tokens = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]|[^\x1b]/gu;
		const cut = text.lastIndexOf("\x1b");
		if (cut >= 0 && text.length - cut < 64 &&
		    !/^\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[ -/]*[0-Z\\^-~])/
			.test(text.slice(cut))) {
			this.pending = text.slice(cut);
			text = text.slice(0, cut);
		}
		for (const [token] of text.matchAll(tokens))
			this.token(token);
		this.paint();
		if (this.follow)
			this.toEnd();
	}

	token(token) {
		if (token.startsWith("\x1b["))
			this.control(token);
		else if (token === "\n") {
			this.paint();
			this.newLine();
		} else if (token === "\r")
			this.column = 0;
		else if (token === "\b")
			this.column = Math.max(0, this.column - 1);
		else if (token === "\t")
			do
				this.put(" ");
			while (this.column % 8 !== 0);
		else if (token >= " " && token !== "\x7f")
			this.put(token);
	}

	isEmpty() {
		return this.lines.childElementCount === 1 && this.cells.length === 0;
	}

	note(text) {
		if (this.cells.length)
			this.newLine();
		this.line.className = "term-note";
		this.line.textContent = text;
		this.newLine();
		if (this.follow)
			this.toEnd();
	}

	scrolled() {
		const { scrollTop, scrollHeight, clientHeight } = this.box;
		this.follow = scrollHeight - scrollTop - clientHeight < 24;
		show(this.end, !this.follow);
	}

	toEnd() {
		this.follow = true;
		show(this.end, false);
		this.box.scrollTop = this.box.scrollHeight;
	}
}
