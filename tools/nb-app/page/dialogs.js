// SPDX-License-Identifier: BSD-2-Clause
// dialogs.js: short questions.

import { h, button, setText, show } from "./dom.js";

// A modal dialog around a form. submit(form) may return a promise; what it
// throws is shown and the dialog stays. Returns a promise: what submit gave,
// or null when it was left.
export function ask({ title, body, yes, kind = "primary", submit, wide }) {
	const error = h("p", { class: "alert bad", role: "alert", hidden: true });
	const go = h("button", { type: "submit", class: `button ${kind}` }, yes);
	const form = h("form", { method: "dialog", novalidate: true },
		h("header", {}, h("h2", { id: "dialog-title" }, title),
			button("Close", "close", () => dialog.close(), "quiet", true)),
		h("div", { class: "dialog-body" }, error, body),
		h("footer", {}, button("Cancel", null, () => dialog.close()), go));
	const dialog = h("dialog", {
		class: wide ? "wide" : "", "aria-labelledby": "dialog-title",
	}, form);
	let result = null;

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (go.disabled)
			return;
		go.disabled = true;
		show(error, false);
		try {
			result = await submit(form) ?? true;
			dialog.close();
		} catch (problem) {
			setText(error, problem.message);
			show(error, true);
			error.scrollIntoView({ block: "nearest" });
			problem.field?.focus();
		}
		go.disabled = false;
	});
	form.addEventListener("input", () => show(error, false));
	document.body.append(dialog);
	dialog.showModal();
	return new Promise((done) => {
		dialog.addEventListener("close", () => {
			dialog.remove();
			done(result);
		});
	});
}

export function field(label, input, hint) {
	const id = `f${++fields}`;
	input.id = id;
	const help = hint ? h("small", { id: `${id}h` }, hint) : null;
	if (help)
		input.setAttribute("aria-describedby", `${id}h`);
	return h("div", { class: "field" },
		h("label", { for: id }, label), input, help);
}
let fields = 0;

export function checkbox(label, name, checked, hint) {
	const id = `f${++fields}`;
	const input = h("input", { type: "checkbox", id, name, checked,
		"aria-describedby": hint ? `${id}h` : null });
	return h("div", { class: "check" }, input,
		h("div", {}, h("label", { for: id }, label),
			hint ? h("small", { id: `${id}h` }, hint) : null));
}

export const NAME = "[A-Za-z0-9][A-Za-z0-9._\\-]{0,63}";

export function nameInput(value = "") {
	return h("input", { name: "name", value, required: true, pattern: NAME,
		maxlength: "64", autocomplete: "off", autocapitalize: "off",
		spellcheck: "false" });
}

export function checkName(input) {
	if (new RegExp(`^${NAME}$`).test(input.value))
		return input.value;
	const problem = new Error(
		"A name has letters, digits, dots, dashes and underscores, and begins with a letter or digit.");
	problem.field = input;
	throw problem;
}

export function confirm(title, text, yes, submit) {
	return ask({ title, body: h("p", {}, text), yes, kind: "danger", submit });
}

let asked = null;

export function askToken(wrong) {
	asked ??= tokenDialog(wrong).finally(() => {
		asked = null;
	});
	return asked;
}

async function tokenDialog(wrong) {
	for (;;) {
		const input = h("input", { type: "password", name: "token",
			autocomplete: "off" });
		const token = await ask({
			title: "Token",
			body: [h("p", {}, wrong ?
				"That was not the token of this nb-app." :
				"This nb-app wants the token from the file that it was started with (-t)."),
			field("Token", input)],
			yes: "Use it",
			submit: () => input.value.trim() || null,
		});
		if (typeof token === "string")
			return token;
	}
}
