// SPDX-License-Identifier: BSD-2-Clause
// api.js: talking to nb-app: requests, and streams that come back by
// themselves. nb-app(8) has the whole of it.

let token = null;
let askForToken = null;		// set by main.js; returns a promise

export function onTokenWanted(ask) {
	askForToken = ask;
}

export class Problem extends Error {
	constructor(status, text) {
		super(text);
		this.status = status;
	}
}

// A page that stays open while nb-app is restarted finds another token there.
async function fetchToken(again) {
	const kept = sessionStorage.getItem("token");
	if (kept && !again) {
		token = kept;
		return;
	}
	const answer = await (await fetch("/api/token")).json();
	if (answer.wanted) {
		token = await askForToken(again && kept !== null);
		sessionStorage.setItem("token", token);
	} else
		token = answer.token;
}

async function call(method, path, options = {}) {
	for (let again = false; ; again = true) {
		if (token === null || again)
			await (asking ??= fetchToken(again).finally(() => {
				asking = null;
			}));
		const headers = { ...options.headers,
			Authorization: `Bearer ${token}` };
		const response = await fetch(path, { ...options, method, headers,
			cache: "no-store" });
		if (response.status !== 401 || again)
			return response;
	}
}
let asking = null;

async function problem(response) {
	let text = `nb-app answers with ${response.status}`;
	try {
		text = (await response.json()).error ?? text;
	} catch {
		// what came is no JSON: the status has to do
	}
	return new Problem(response.status, text);
}

export async function request(method, path, body) {
	const options = {};
	if (body !== undefined) {
		options.headers = { "Content-Type": "application/json" };
		options.body = JSON.stringify(body);
	}
	let response;
	try {
		response = await call(method, path, options);
	} catch (error) {
		if (error instanceof TypeError)
			throw new Problem(0, "nb-app does not answer");
		throw error;
	}
	if (!response.ok)
		throw await problem(response);
	return response.json();
}

export const get = (path) => request("GET", path);
export const post = (path, body) => request("POST", path, body);

// One event's lines to {name, id, data}; null when it is a comment.
function parse(block) {
	const event = { name: "message", id: null, data: null };
	for (const line of block.split("\n")) {
		if (line.startsWith("data: "))
			event.data = JSON.parse(line.slice(6));
		else if (line.startsWith("event: "))
			event.name = line.slice(7);
		else if (line.startsWith("id: "))
			event.id = line.slice(4);
	}
	return event.data === null ? null : event;
}

const SILENCE = 3500;		// nb-app says something every second
const AGAIN = 700;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// on: {event(e), up(), down(problem)}. The stream is opened again whenever it
// breaks, from where it was, until what this returns is called or an "end"
// event has come.
export function stream(path, on) {
	let stopped = false, id = null, controller = null, timer = 0;

	async function read(response) {
		const reader = response.body
			.pipeThrough(new TextDecoderStream()).getReader();
		let text = "";
		for (;;) {
			const { value, done } = await reader.read();
			if (done)
				return false;
			alive();
			text += value;
			const blocks = text.split("\n\n");
			text = blocks.pop();
			for (const block of blocks) {
				const event = parse(block);
				if (event === null || stopped)
					continue;
				id = event.id ?? id;
				on.event(event);
				if (event.name === "end")
					return true;
			}
		}
	}

	function alive() {
		clearTimeout(timer);
		timer = setTimeout(() => controller.abort(), SILENCE);
	}

	async function run() {
		while (!stopped) {
			controller = new AbortController();
			try {
				alive();
				const response = await call("GET", path, {
					signal: controller.signal,
					headers: id === null ? {} : { "Last-Event-ID": id },
				});
				if (!response.ok)
					throw await problem(response);
				on.up?.();
				if (await read(response))
					break;
			} catch (error) {
				if (stopped)
					break;
				on.down?.(error);
				if (error instanceof Problem && error.status === 404)
					break;
				clearTimeout(timer);
				await pause(AGAIN);
				continue;
			}
			if (!stopped)
				on.down?.(new Problem(0, "nb-app went away"));
			await pause(AGAIN);
		}
		clearTimeout(timer);
	}

	run();
	return () => {
		stopped = true;
		clearTimeout(timer);
		controller?.abort();
	};
}
