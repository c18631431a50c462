// SPDX-License-Identifier: BSD-2-Clause
// host.js: facts of the host.

import { get } from "./api.js";
import { h, setText, show } from "./dom.js";
import { bytes, duration, megabytes, plural } from "./format.js";

const AGAIN = 5000;

function card(title, lines, bar) {
	return h("section", { class: "card" }, h("h2", {}, title),
		lines.filter(Boolean).map(([big, small]) => h("div", { class: "fact" },
			h("b", {}, big), small && h("span", { class: "muted" }, small))),
		bar);
}

function meter(label, value, max) {
	return h("meter", { value, max, low: max * 0.75, high: max * 0.9,
		optimum: 0, "aria-label": label });
}

function accelerator(f) {
	if (f.forced)
		return [f.forced, "by QEMU_ACCEL"];
	if (f.accelerators.length > 0)
		return [f.accelerators.join(", "),
			"there; nb-start takes it if a guest runs in it"];
	return ["tcg", "no accelerator: guests are translated, which is slow"];
}

function cards(f) {
	const { total, free } = f.memory;
	const used = total - (free ?? total);
	return [
		card(f.name, [[`${f.system} ${f.release}`, f.arch],
			[plural(f.processors, "processor"),
				f.load === null ? null : `load ${f.load.toFixed(2)}`],
			f.uptime && [duration(f.uptime), "up"]]),
		card("Memory", [[free === null ? megabytes(total) :
			`${megabytes(free)} free`, `of ${megabytes(total)}`]],
		free !== null && meter("Memory in use", used, total)),
		card("QEMU", [...f.qemu.map((q) => [q.version ?? "?", q.name]),
			f.qemu.length === 0 && ["none", "install QEMU to start machines"]]),
		card("Accelerator", [accelerator(f)]),
		card("Images", [[bytes(f.images.bytes), plural(f.images.files, "file")],
			[bytes(f.images.free), "free on that disk"]]),
		card("Kernels", [[bytes(f.kernels.bytes), plural(f.kernels.files, "file")]]),
	];
}

export function hostView() {
	const grid = h("div", { class: "cards" });
	const folder = h("p", { class: "lead" }, "");
	const problem = h("p", { class: "alert bad", role: "alert", hidden: true });
	const el = h("section", {}, h("div", { class: "head" }, h("div", {},
		h("h1", { tabindex: "-1" }, "Host"), folder)), problem, grid);
	let last = null;

	async function load() {
		try {
			const facts = await get("/api/host");
			show(problem, false);
			const key = JSON.stringify(facts);
			if (key !== last)
				grid.replaceChildren(...cards(facts));
			last = key;
			setText(folder, facts.folder);
		} catch (why) {
			setText(problem, why.message);
			show(problem, true);
		}
	}
	load();
	const timer = setInterval(() => document.hidden || load(), AGAIN);
	return { el, title: "Host", leave: () => clearInterval(timer) };
}
