// SPDX-License-Identifier: BSD-2-Clause
// store.js: what nb-app told last, and who wants to hear of it.

import { stream } from "./api.js";

export const state = {
	vms: null,		// array; null: nothing heard yet
	builds: [],
	problem: null,		// why nb-app cannot tell what runs
	connected: false,
	history: new Map(),	// name: the last figures of its CPU
};

const listeners = new Set();
export const KEPT = 40;

// Called now and whenever something changes; what it returns ends that.
export function watch(listener) {
	listeners.add(listener);
	listener(state);
	return () => listeners.delete(listener);
}

function tell() {
	for (const listener of [...listeners])
		listener(state);
}

function remember(vms) {
	for (const vm of vms) {
		if (vm.running === null) {
			state.history.delete(vm.name);
			continue;
		}
		const figures = state.history.get(vm.name) ?? [];
		figures.push(vm.running.cpu ?? 0);
		if (figures.length > KEPT)
			figures.shift();
		state.history.set(vm.name, figures);
	}
}

export const vmOf = (name) => state.vms?.find((vm) => vm.name === name);

let close = null;

function open() {
	close ??= stream("/api/events", {
		event({ name, data }) {
			if (name === "vms") {
				state.vms = data.vms;
				state.problem = data.error;
				remember(data.vms);
			} else if (name === "builds")
				state.builds = data.builds;
			tell();
		},
		up() {
			state.connected = true;
			tell();
		},
		down() {
			state.connected = false;
			tell();
		},
	});
}

// Browsers allow few connections to one host: a page that nobody sees has none.
export function begin() {
	document.addEventListener("visibilitychange", () => {
		if (document.hidden) {
			close?.();
			close = null;
		} else
			open();
	});
	open();
}
