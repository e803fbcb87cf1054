// The desk: who is on it, and what the bot calls.

import { element } from "./bubbles.js";
import { ask, Events } from "./net.js";
import { Phone } from "./phone.js";

const MOST_PHONES = 3;
const MOST_CALLS = 200;
const $ = (selector) => document.querySelector(selector);
const phones = new Map();
let people = [];
let wasAway = false;

const events = new Events({
  onChange: (event) => {
    if (event.kind === "call") return addCall(event.call, true);
    if (event.kind === "person" && !people.some((each) => each.id === event.person)) loadPeople();
    if (event.person) phones.get(event.person)?.change(event);
    else for (const phone of phones.values()) phone.change(event);
  },
  onBack: () => {
    $("#offline").hidden = true;
    if (!wasAway) for (const phone of phones.values()) phone.catchUp();
    else comeBack();
    wasAway = false;
  },
  onAway: () => { wasAway = true; $("#offline").hidden = false; },
});

async function loadPeople() {
  people = (await ask("/sim/people")).people;
  drawPeople();
}

// The emulator may have begun anew meanwhile, and then it knows nobody any more.
async function comeBack() {
  await loadPeople();
  const gone = [...phones.keys()].filter((id) => !people.some((person) => person.id === id));
  gone.forEach(remove);
  for (const phone of phones.values()) phone.load();
  if (gone.length) arranged();
}

function drawPeople() {
  $("#people").replaceChildren(...people.map((person) => {
    const chip = element("button");
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(phones.has(person.id)));
    const face = element("span", "face", [...person.name][0]);
    face.setAttribute("aria-hidden", "true");
    face.style.setProperty("--hue", String((person.id * 67) % 360));
    chip.append(face, element("span", "name", person.name));
    chip.addEventListener("click", () => toggle(person));
    return chip;
  }));
}

const narrow = () => matchMedia("(max-width: 760px)").matches;

async function toggle(person) {
  if (phones.has(person.id)) {
    if (narrow()) return phones.get(person.id).root.scrollIntoView({ inline: "start" });
    return putAway(person.id);
  }
  const most = narrow() ? 1 : MOST_PHONES;
  while (phones.size >= most) remove([...phones.keys()].at(-1));
  await take(person);
  arranged();
}

async function take(person) {
  const phone = new Phone(person, () => putAway(person.id));
  phones.set(person.id, phone);
  $("#phones").append(phone.root);
  await phone.load();
}

function remove(id) {
  phones.get(id)?.root.remove();
  phones.delete(id);
}

function putAway(id) {
  remove(id);
  arranged();
}

// The address says who is on the desk, so that it can be kept and shared.
function arranged() {
  const ids = [...phones.keys()];
  history.replaceState(null, "", ids.length ? "?" + ids.map((id) => `person=${id}`).join("&") : "/");
  $(".nobody")?.remove();
  if (!ids.length) {
    const nobody = element("div", "nobody");
    nobody.append(element("p", "", people.length ? "Pick somebody above." : "Nobody has a phone yet."));
    const button = element("button", "", "Give somebody a phone");
    button.addEventListener("click", () => $("#new-person").showModal());
    nobody.append(button);
    $("#phones").append(nobody);
  }
  drawPeople();
  events.watch(ids);
}

function addCall(call, newest) {
  // Polls that went well would drown everything else.
  if (call.method === "getUpdates" && call.status === 200) return;
  const item = element("li", call.status === 200 ? "" : "bad");
  const details = element("details");
  const summary = element("summary");
  const at = new Date(call.at * 1000).toLocaleTimeString();
  summary.append(
    element("span", "code", call.status || "—"), element("span", "name", call.method), element("span", "at", at),
  );
  const told = call.description ? `${call.description}\n` : "";
  details.append(summary, element("pre", "", told + JSON.stringify(call.params, null, 1)));
  item.append(details);
  const list = $("#calls");
  if (newest) list.prepend(item); else list.append(item);
  while (list.children.length > MOST_CALLS) list.lastElementChild.remove();
}

function toggleLog(open = $("#log").hidden) {
  $("#log").hidden = !open;
  $("#log-toggle").setAttribute("aria-expanded", String(open));
  (open ? $("#log-close") : $("#log-toggle")).focus();
}

$("#log-toggle").addEventListener("click", () => toggleLog());
$("#log-close").addEventListener("click", () => toggleLog(false));
$("#log").addEventListener("keydown", (event) => { if (event.key === "Escape") toggleLog(false); });
$("#add").addEventListener("click", () => $("#new-person").showModal());
$("#new-person-cancel").addEventListener("click", () => $("#new-person").close());
$("#new-person form").addEventListener("submit", async (event) => {
  const facts = Object.fromEntries(new FormData(event.target));
  event.target.reset();
  const person = await ask("/sim/people", facts);
  await loadPeople();
  await toggle(person);
});

async function begin() {
  await loadPeople();
  const asked = new URLSearchParams(location.search).getAll("person").map(Number);
  const wanted = people.filter((each) => asked.includes(each.id)).slice(0, narrow() ? 1 : MOST_PHONES);
  for (const person of wanted.length ? wanted : people.slice(0, 1)) await take(person);
  arranged();
  for (const call of (await ask("/sim/log?limit=100")).calls) addCall(call, true);
}

begin();
