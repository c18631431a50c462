// SPDX-License-Identifier: BSD-2-Clause
// dom.js: elements, made and changed without a line of HTML, so that no text
// of a stranger's is ever read as such.

const SVG = "http://www.w3.org/2000/svg";

// h("button", {class: "x", onclick: f, disabled: true}, "text", element, ...)
export function h(tag, props, ...children) {
	const el = document.createElement(tag);
	for (const [key, value] of Object.entries(props ?? {})) {
		if (key.startsWith("on"))
			el.addEventListener(key.slice(2), value);
		else if (value === true)
			el.setAttribute(key, "");
		else if (value !== false && value != null)
			el.setAttribute(key, value);
	}
	add(el, children);
	return el;
}

// A form's own append may be hidden by a field of that name.
export function add(el, children) {
	for (const child of children.flat(Infinity)) {
		if (child != null && child !== false)
			Element.prototype.append.call(el, child);
	}
}

export function svg(tag, props, ...children) {
	const el = document.createElementNS(SVG, tag);
	for (const [key, value] of Object.entries(props ?? {}))
		el.setAttribute(key, value);
	el.append(...children);
	return el;
}

// What is as it should be is left alone: no flicker, no lost selection.
export function setText(el, text) {
	if (el.textContent !== text)
		el.textContent = text;
}

export function setAttr(el, name, value) {
	if (value == null || value === false)
		el.removeAttribute(name);
	else if (el.getAttribute(name) !== String(value))
		el.setAttribute(name, value);
}

export function show(el, visible) {
	if (el.hidden === visible)
		el.hidden = !visible;
}

const shapes = {
	play: "M7 5v14l11-7z",
	stop: "M7 7h10v10H7z",
	bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
	console: "M4 6l6 6-6 6 M12 18h8",
	edit: "M4 20h4L19 9l-4-4L4 16z M13.500 6.500l4 4",
	copy: "M9 9h11v11H9z M5 15H4V4h11v1",
	trash: "M4 7h16 M9 7V4h6v3 M6 7l1 13h10l1-13",
	plus: "M12 5v14 M5 12h14",
	close: "M6 6l12 12 M18 6 6 18",
	back: "M14 6l-6 6 6 6",
	build: "M14.500 5.500a4.500 4.500 0 0 0-5.800 5.800L3 17v4h4l5.700-5.700a4.500 4.500 0 0 0 5.800-5.800L15.500 12.500 11.500 8.500z",
	down: "M12 5v14 M6 13l6 6 6-6",
	out: "M14 4h6v6 M20 4 11 13 M18 14v6H4V6h6",
};

export function icon(name) {
	const filled = name === "play" || name === "stop";
	return svg("svg", {
		viewBox: "0 0 24 24", class: filled ? "icon filled" : "icon",
		"aria-hidden": "true",
	}, svg("path", { d: shapes[name] }));
}

// A button with an icon; the label is seen unless `bare`.
export function button(label, name, onclick, kind = "", bare = false) {
	const b = h("button", {
		type: "button", class: `button ${kind}${bare ? " bare" : ""}`,
		onclick, "aria-label": bare ? label : null,
		title: bare ? label : null,
	}, name && icon(name), bare ? null : h("span", {}, label));
	return b;
}

// Something to hear of: read aloud, and gone after a while.
export function toast(text, kind = "") {
	const box = document.getElementById("toasts");
	const close = button("Dismiss", "close", () => item.remove(), "quiet", true);
	const item = h("div", { class: `toast ${kind}` }, h("p", {}, text), close);
	box.append(item);
	while (box.childElementCount > 3)
		box.firstElementChild.remove();
	setTimeout(() => item.remove(), kind === "bad" ? 12000 : 5000);
}
