// The page of the demo chat. Everything a peer wrote reaches the document as text (textContent), never as markup.
"use strict";

const KEPT_PER_ROOM = 300; // entries remembered, and drawn
const ACK_DEADLINE = 8_000; // ms until an unanswered request counts as failed
const ROLL_CALL = 15_000; // ms between two looks at who is here: a process that died said no goodbye
const TYPING_SHOWN = 3_500; // ms one "is typing" lasts
const GROUPED_WITHIN = 5 * 60_000; // ms in which messages of one author share a byline

const byId = (id) => document.getElementById(id);

/** A new element; `text` is set as text, `props` as properties. */
function element(tag, className, text, props) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return Object.assign(made, props);
}

// ---------------------------------------------------------------- what is remembered

/** Web storage that may be switched off or full: then nothing is remembered, and nothing breaks. */
function remembered(storage, key, fallback) {
  try {
    return JSON.parse(window[storage].getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

function remember(storage, key, value) {
  try {
    window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // as above
  }
}

let nick = remembered("localStorage", "roost.nick", "");
let served = null; // { id, node, pid } of the process at the other end, while connected
let active = roomInAddress() ?? remembered("sessionStorage", "roost.active", "lobby");

/** Rooms this page is in: name → { entries, unread, typing }. */
const rooms = new Map();
/** Everybody in any room, on any process: room name → (socket id → { id, nick, node }). */
const present = new Map();
/** Members heard of while a roll call is under way: its answer may be older than what they told. */
const heardSince = new Set();

for (const [name, entries] of remembered("sessionStorage", "roost.rooms", [["lobby", []]])) {
  rooms.set(name, { entries, unread: 0, typing: new Map() });
}
openRoom(active);

function openRoom(name) {
  if (!rooms.has(name)) rooms.set(name, { entries: [], unread: 0, typing: new Map() });
  return rooms.get(name);
}

function rememberRooms() {
  remember("sessionStorage", "roost.active", active);
  remember("sessionStorage", "roost.rooms", [...rooms].map(([name, room]) => [name, room.entries.filter((entry) => !entry.note)]));
}

function roomInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1)).trim() || null;
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- colours, names, times

/** The same hue for the same name everywhere: a person keeps their colour. Red is left to warnings. */
function hue(name) {
  let hash = 0x811c9dc5;
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return 30 + (((hash ^ (hash >>> 13)) >>> 0) % 21) * 15;
}

function coloured(made, name) {
  made.style.setProperty("--hue", hue(name));
  return made;
}

/** Processes are few and have to be told apart: each new one gets the next hue. */
const PROCESS_HUES = [265, 165, 40, 320, 205, 95];
const processes = [];

function dot(node) {
  if (!processes.includes(node)) processes.push(node);
  const made = element("span", "dot", undefined, { title: `served by process ${node}` });
  made.style.setProperty("--hue", PROCESS_HUES[processes.indexOf(node) % PROCESS_HUES.length]);
  return made;
}

function avatar(name, node) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const initials = words.length > 1 ? [...words[0]][0] + [...words[1]][0] : [...name].slice(0, 2).join("");
  const made = coloured(element("span", "avatar", initials.toUpperCase()), name);
  made.setAttribute("aria-hidden", "true");
  if (node) made.append(dot(node));
  return made;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

function time(at) {
  const made = element("time", "", clock.format(at), { dateTime: new Date(at).toISOString() });
  made.title = new Date(at).toLocaleString();
  return made;
}

function dayOf(at) {
  const today = new Date().toDateString();
  return new Date(at).toDateString() === today ? "Today" : calendar.format(at);
}

// ---------------------------------------------------------------- lists at the sides

function roomEntry(name, inside) {
  const item = element("li");
  const entry = element("button", "entry", undefined, { type: "button" });
  entry.append(element("span", "hash", "#"), element("bdi", "name", name));
  const unread = inside ? rooms.get(name).unread : 0;
  if (unread) entry.append(element("span", "badge", unread > 99 ? "99+" : unread, { title: `${unread} unread` }));
  else entry.append(element("span", "count", present.get(name)?.size || "", { title: "people here" }));
  if (name === active) entry.setAttribute("aria-current", "true");
  entry.addEventListener("click", () => enter(name));
  item.append(entry);
  if (inside && rooms.size > 1) {
    const leave = element("button", "leave", undefined, { type: "button", title: "Leave this room" });
    leave.setAttribute("aria-label", `Leave ${name}`);
    leave.append(byId("rooms-panel").querySelector(".close svg").cloneNode(true));
    leave.addEventListener("click", () => leaveRoom(name));
    item.append(leave);
  }
  return item;
}

function drawRooms() {
  const byName = (one, other) => one.localeCompare(other);
  const others = [...present.keys()].filter((name) => !rooms.has(name)).sort(byName);
  byId("mine").replaceChildren(...[...rooms.keys()].sort(byName).map((name) => roomEntry(name, true)));
  byId("others").replaceChildren(...others.map((name) => roomEntry(name, false)));
  byId("others-block").hidden = others.length === 0;
  byId("room-name").textContent = active;
  byId("text").placeholder = `Message #${active}`;

  let unread = 0;
  for (const room of rooms.values()) unread += room.unread;
  document.title = `${unread ? `(${unread}) ` : ""}#${active} · Roost`;
  byId("unread-total").textContent = unread > 99 ? "99+" : unread;
  byId("unread-total").hidden = unread === 0;
}

function drawPeople() {
  const people = [...(present.get(active)?.values() ?? [])];
  people.sort((one, other) => (other.id === served?.id) - (one.id === served?.id) || one.nick.localeCompare(other.nick));
  byId("people").replaceChildren(
    ...people.map((member) => {
      const item = element("li", "entry");
      item.append(avatar(member.nick, member.node), element("bdi", "name", member.nick));
      if (member.id === served?.id) item.append(element("span", "you", "you"));
      return item;
    }),
  );
  byId("people-count").textContent = people.length || "";
  byId("here-count").textContent = people.length || "";

  const perProcess = new Map();
  for (const member of people) perProcess.set(member.node, (perProcess.get(member.node) ?? 0) + 1);
  const legend = element("ul");
  for (const [node, count] of [...perProcess].sort()) {
    const item = element("li");
    item.append(dot(node), `process ${node}: ${count} ${count === 1 ? "person" : "people"}`);
    legend.append(item);
  }
  byId("legend").replaceChildren(legend);
  byId("legend").hidden = perProcess.size === 0;
}

function drawMyself() {
  byId("self-nick").textContent = nick || "No nickname yet";
  coloured(byId("self-avatar"), nick).textContent = [...nick].slice(0, 2).join("").toUpperCase();
  const line = byId("served");
  if (served) {
    line.replaceChildren(dot(served.node), `${served.node}, pid ${served.pid}`);
    line.title = "The process that serves you";
  } else {
    line.replaceChildren("not connected");
  }
}

function drawTyping() {
  const now = Date.now();
  const typing = openRoom(active).typing;
  for (const [id, one] of typing) if (one.until <= now) typing.delete(id);
  const names = [...typing.values()].map((one) => one.nick);
  byId("typing").textContent =
    names.length === 0
      ? ""
      : names.length > 3
        ? "Several people are typing…"
        : `${new Intl.ListFormat("en").format(names)} ${names.length === 1 ? "is" : "are"} typing…`;
}

// ---------------------------------------------------------------- the messages

const log = byId("log");
let following = true; // the newest message is in view and shall stay so

const atBottom = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;

function toBottom() {
  following = true;
  log.scrollTop = log.scrollHeight;
  byId("latest").hidden = true;
}

function drawMessage(entry, first) {
  const made = element("article", "message");
  made.classList.toggle("own", entry.own);
  made.classList.toggle("first", first);
  made.classList.toggle("pending", entry.state === "pending");
  if (first) {
    const byline = element("div", "byline");
    if (!entry.own) {
      made.append(avatar(entry.nick, entry.node));
      byline.append(element("b", "", entry.nick, { dir: "auto" }));
    }
    byline.append(time(entry.at));
    made.append(byline);
  }
  made.append(element("div", "bubble", entry.text, { dir: "auto", title: new Date(entry.at).toLocaleString() }));
  if (entry.state === "failed") {
    const failure = element("div", "failure", entry.failure);
    const again = element("button", "", "Send again", { type: "button" });
    again.addEventListener("click", () => deliver(active, entry));
    failure.append(" ", again);
    made.append(failure);
  }
  return made;
}

function drawEntry(entry, before) {
  const parts = [];
  const newDay = !before || new Date(before.at).toDateString() !== new Date(entry.at).toDateString();
  if (newDay) parts.push(element("div", "day", dayOf(entry.at)));
  if (entry.note) {
    parts.push(element("p", "note", entry.note, { title: new Date(entry.at).toLocaleString() }));
  } else {
    const grouped =
      !newDay && !before.note && before.author === entry.author && before.own === entry.own &&
      before.nick === entry.nick && entry.at - before.at < GROUPED_WITHIN;
    parts.push(drawMessage(entry, !grouped));
  }
  return parts;
}

function drawLog() {
  const { entries } = openRoom(active);
  if (entries.length === 0) {
    const empty = element("div", "empty");
    empty.append(element("strong", "", "It is quiet here"), element("span", "", "Say something, or invite others to this address."));
    log.replaceChildren(empty);
  } else {
    log.replaceChildren(...entries.flatMap((entry, index) => drawEntry(entry, entries[index - 1])));
  }
  if (following) toBottom();
}

/** Appends to a room's history; draws only what is new, so that a screen reader announces just that. */
function append(name, entry) {
  const room = openRoom(name);
  const before = room.entries.at(-1);
  room.entries.push(entry);
  const full = room.entries.length > KEPT_PER_ROOM;
  if (full) room.entries.splice(0, room.entries.length - KEPT_PER_ROOM);
  rememberRooms();
  if (name !== active) return;
  if (full || !before) drawLog();
  else log.append(...drawEntry(entry, before));
  if (following || entry.own) toBottom();
  else if (!entry.note) byId("latest").hidden = false;
}

function note(name, text) {
  append(name, { note: text, at: Date.now() });
}

// ---------------------------------------------------------------- talking to the server

const socket = typeof io === "undefined" ? null : io({ autoConnect: false, auth: (give) => give({ nick }) });

/** Sends a request; resolves to the answer, or to { error } with a sentence to show. */
function ask(event, ...args) {
  return new Promise((resolve) => {
    if (!socket.connected) return resolve({ error: "Not connected." });
    socket.timeout(ACK_DEADLINE).emit(event, ...args, (late, answer = {}) => {
      resolve(late ? { error: "The server did not answer in time." } : answer);
    });
  });
}

async function rollCall() {
  heardSince.clear();
  const answer = await ask("who");
  if (answer.error) return;
  const before = new Map([...present].map(([name, members]) => [name, new Map(members)]));
  for (const [name, members] of before) {
    const now = new Set((answer.rooms[name] ?? []).map((member) => member.id));
    for (const member of members.values()) if (!now.has(member.id)) setPresent(name, member, false, true);
  }
  for (const [name, members] of Object.entries(answer.rooms)) {
    for (const member of members) setPresent(name, member, true, true);
  }
  drawRooms();
  drawPeople();
}

/** One member came or went; `counted` says that a roll call found out, not the member itself. */
function setPresent(name, member, here, counted) {
  const key = `${member.id} ${name}`;
  if (counted && heardSince.has(key)) return;
  if (!counted) heardSince.add(key);
  const members = present.get(name) ?? new Map();
  if (members.has(member.id) === here) return;
  if (here) {
    present.set(name, members.set(member.id, member));
  } else {
    members.delete(member.id);
    if (members.size === 0) present.delete(name);
    rooms.get(name)?.typing.delete(member.id);
  }
  const known = !counted || !here; // who was here before this page came is no news
  if (known && rooms.has(name) && member.id !== served?.id) {
    note(name, `${member.nick} ${here ? "came in" : "left"}`);
  }
}

async function joinRoom(name) {
  const answer = await ask("join", name);
  return answer.error ?? null;
}

async function enter(name) {
  if (!rooms.has(name)) {
    const error = await joinRoom(name);
    byId("add-error").textContent = error ?? "";
    if (error) return false;
    openRoom(name);
  }
  active = name;
  openRoom(name).unread = 0;
  history.replaceState(null, "", `#${encodeURIComponent(name)}`);
  rememberRooms();
  byId("say-error").textContent = "";
  drawAll();
  toBottom();
  closePanels();
  if (matchMedia("(hover: hover)").matches) byId("text").focus();
  return true;
}

async function leaveRoom(name) {
  const answer = await ask("leave", name);
  if (answer.error) return;
  rooms.delete(name);
  rememberRooms();
  if (name === active) await enter(rooms.keys().next().value);
  else drawAll();
}

/** Sends one message of ours; it is drawn at once and settles with the server's answer. */
async function deliver(name, entry) {
  entry.state = "pending";
  const { entries } = openRoom(name);
  if (entries.includes(entry)) drawAll();
  else append(name, entry);
  const answer = await ask("say", name, entry.text);
  entry.state = answer.error ? "failed" : "sent";
  entry.failure = answer.error;
  if (answer.at) entry.at = answer.at;
  rememberRooms();
  if (name === active) drawLog();
}

function state(name, text) {
  byId("state").dataset.state = name;
  byId("state").textContent = text;
  const lost = name === "offline";
  byId("banner").hidden = !lost;
  drawSend();
  served = name === "online" ? served : null;
  drawMyself();
}

function listen() {
  socket.on("connect", async () => {
    byId("welcome").close();
    present.clear(); // what was known is old; the roll call below tells
    remember("localStorage", "roost.nick", nick);
    state("online", "Connected");
    for (const name of rooms.keys()) {
      const error = await joinRoom(name);
      if (error) note(name, error);
    }
    await rollCall();
  });
  socket.on("welcome", (process) => {
    served = process;
    drawMyself();
  });
  socket.on("connect_error", (failure) => {
    if (socket.active) {
      lost();
    } else {
      askNick(failure.message); // the server refused us, and it says why
    }
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    for (const name of rooms.keys()) note(name, "Connection lost");
    lost(reason === "io server disconnect" ? "The server ended this connection." : undefined);
  });
  socket.io.on("reconnect_attempt", (attempt) => lost(attempt > 1 ? `Connection lost. Trying again (${attempt})…` : undefined));
  socket.io.on("reconnect", () => {
    for (const name of rooms.keys()) note(name, "Connected again. What was said meanwhile is not shown.");
  });

  socket.on("presence", ({ room, member, here }) => {
    setPresent(room, member, here, false);
    drawRooms();
    drawPeople();
    drawTyping();
  });
  socket.on("said", ({ room, member, text, at }) => {
    if (!rooms.has(room)) return;
    rooms.get(room).typing.delete(member.id);
    append(room, { author: member.id, nick: member.nick, node: member.node, text, at, own: false });
    if (room !== active || document.hidden) openRoom(room).unread++;
    drawRooms();
    drawTyping();
  });
  socket.on("typing", ({ room, member }) => {
    rooms.get(room)?.typing.set(member.id, { nick: member.nick, until: Date.now() + TYPING_SHOWN });
    drawTyping();
    setTimeout(drawTyping, TYPING_SHOWN + 50);
  });
}

function lost(text = "Connection lost. Trying again…") {
  state("offline", "Offline");
  byId("banner-text").textContent = text;
}

function drawAll() {
  drawRooms();
  drawPeople();
  drawMyself();
  drawLog();
  drawTyping();
}

// ---------------------------------------------------------------- what the person does

const text = byId("text");
let typingSaid = 0;

function drawSend() {
  byId("send").disabled = !socket?.connected || text.value.trim() === "";
  const left = text.maxLength - text.value.length;
  byId("left").textContent = left <= 200 ? left : "";
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

text.addEventListener("input", () => {
  drawSend();
  byId("say-error").textContent = "";
  if (socket.connected && text.value && Date.now() - typingSaid > TYPING_SHOWN - 1_000) {
    typingSaid = Date.now();
    socket.volatile.emit("typing", active);
  }
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  }
});

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  if (!socket.connected) {
    byId("say-error").textContent = "Not connected: your message stays here until you are.";
    return;
  }
  text.value = "";
  typingSaid = 0;
  drawSend();
  deliver(active, { author: "me", nick, text: said, at: Date.now(), own: true });
});

byId("add-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = byId("add-name");
  const name = input.value.trim().replace(/^#+\s*/, "");
  if (name && (await enter(name))) input.value = "";
});

function askNick(error = "") {
  byId("nick").value = nick;
  byId("nick-error").textContent = error;
  if (!byId("welcome").open) byId("welcome").showModal();
  byId("nick").select();
}

byId("welcome-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = byId("nick").value.trim();
  if (socket.connected && wanted === nick) {
    byId("welcome").close();
    return;
  }
  nick = wanted;
  socket.disconnect().connect();
});

// Without a nickname there is nothing to go back to.
byId("welcome").addEventListener("cancel", (event) => {
  if (!socket?.connected) event.preventDefault();
});

byId("rename").addEventListener("click", () => {
  closePanels();
  askNick();
});
byId("retry").addEventListener("click", () => socket.disconnect().connect());
byId("latest").addEventListener("click", toBottom);
log.addEventListener("scroll", () => {
  following = atBottom();
  if (following) byId("latest").hidden = true;
});
new ResizeObserver(() => following && toBottom()).observe(log);

function closePanels() {
  for (const panel of document.querySelectorAll(".side.open")) panel.classList.remove("open");
}

for (const opener of document.querySelectorAll("[data-open]")) {
  opener.addEventListener("click", () => {
    const panel = byId(opener.dataset.open);
    panel.classList.add("open");
    panel.querySelector("[data-close]").focus();
  });
}
for (const closer of document.querySelectorAll("[data-close]")) closer.addEventListener("click", closePanels);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePanels();
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    const names = [...rooms.keys()].sort((one, other) => one.localeCompare(other));
    const step = event.key === "ArrowUp" ? names.length - 1 : 1;
    enter(names[(names.indexOf(active) + step) % names.length]);
  }
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  openRoom(active).unread = 0;
  drawRooms();
});

window.addEventListener("hashchange", () => {
  const name = roomInAddress();
  if (name && name !== active) enter(name);
});

drawAll();
toBottom();
if (socket) {
  state("connecting", "Connecting…");
  listen();
  setInterval(rollCall, ROLL_CALL);
  if (nick) socket.connect();
  else askNick();
} else {
  lost("The Socket.IO client is missing from this build: it is taken from npm, so build with npm installed.");
  byId("retry").hidden = true;
}
