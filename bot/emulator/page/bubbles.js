// Draws one message: words with their entities, pictures, sounds, and the buttons under it.

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

// Inside these nothing else is looked for.
const MARKED = new Set(["url", "text_link", "bot_command", "code", "pre"]);

function wrapped(entity, text, doing) {
  if (entity.type === "text_link" || entity.type === "url") {
    const link = element("a");
    const address = entity.url || text;
    link.href = /^(https?|tg|mailto):/i.test(address) ? address : "#";
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    doing.prepareLink(link, address);
    return link;
  }
  if (entity.type === "bot_command") {
    const command = element("button", "command");
    command.type = "button";
    command.addEventListener("click", () => doing.onCommand(text));
    return command;
  }
  if (entity.type === "spoiler") {
    const spoiler = element("span", "spoiler");
    spoiler.tabIndex = 0;
    return spoiler;
  }
  return element(TAGS[entity.type] || "span");
}

// Links and commands that nobody marked are links and commands all the same.
function plain(text, doing) {
  const out = document.createDocumentFragment();
  for (const piece of text.split(/(https?:\/\/[^\s<>"]+|(?<![\w/])\/[a-z0-9_]{1,32}\b)/)) {
    const type = /^https?:\/\//.test(piece) ? "url" : /^\/[a-z0-9_]+$/.test(piece) ? "bot_command" : "";
    const around = type ? wrapped({ type }, piece, doing) : document.createDocumentFragment();
    around.append(piece);
    out.append(around);
  }
  return out;
}

// Entities count in UTF-16 units, as strings here do, and lie inside each other like brackets.
export function words(text, entities, doing, from = 0, to = text.length) {
  const out = document.createDocumentFragment();
  let position = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(to, entity.offset + entity.length);
    if (entity.offset < position || entity.offset >= to) continue;
    out.append(plain(text.slice(position, entity.offset), doing));
    const around = wrapped(entity, text.slice(entity.offset, end), doing);
    const inner = entities.slice(index + 1).filter((each) => each.offset + each.length <= end);
    if (MARKED.has(entity.type)) around.append(text.slice(entity.offset, end));
    else around.append(words(text, inner, doing, entity.offset, end));
    out.append(around);
    position = end;
  }
  out.append(plain(text.slice(position, to), doing));
  return out;
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

// A key that plays and pauses, and beside it how long the note is, or while it plays where it is.
function voice(what) {
  const box = element("div", "voice");
  const play = element("button", "play", "▶");
  const left = element("span", "", clock(what.duration));
  const sound = new Audio();
  Object.assign(sound, { src: what.path, preload: "none" });
  play.type = "button";
  play.setAttribute("aria-label", `Play the voice note, ${what.duration} seconds`);
  play.addEventListener("click", () => {
    if (!sound.paused) sound.pause();
    else sound.play().catch(() => { left.textContent = "cannot be played"; });
  });
  sound.addEventListener("play", () => { play.textContent = "❚❚"; });
  sound.addEventListener("pause", () => { play.textContent = "▶"; });
  sound.addEventListener("timeupdate", () => { left.textContent = clock(sound.currentTime); });
  sound.addEventListener("ended", () => { left.textContent = clock(what.duration); });
  box.append(play, left);
  return box;
}

function media(message) {
  const what = message.media;
  if (what.kind === "photo") {
    const picture = element("img", "picture");
    Object.assign(picture, { src: what.path, width: what.width, height: what.height, decoding: "async" });
    picture.alt = message.text ? `Picture: ${message.text}` : "Picture";
    return picture;
  }
  if (what.kind === "voice") return voice(what);
  const file = element("a", "file");
  const place = what.kind === "location";
  file.append(element("span", "", place ? "⌖" : "⇩"));
  file.append(element("span", "", place ? `${what.latitude}, ${what.longitude}` : what.name));
  if (!place) Object.assign(file, { href: what.path, download: what.name });
  return file;
}

function keys(message, doing) {
  const box = element("div", "keys");
  let index = 0;
  for (const row of message.buttons) {
    const line = element("div", "row");
    for (const button of row) {
      const place = index;
      index += 1;
      const key = element(button.url ? "a" : "button", button.style || "", button.text);
      if (button.url) {
        Object.assign(key, { href: button.url, target: "_blank", rel: "noopener noreferrer" });
        key.textContent = `${button.text} ↗`;
        doing.prepareLink(key, button.url);
      } else {
        key.type = "button";
        key.setAttribute("aria-label", button.text);
        key.addEventListener("click", () => doing.onPress(message, place, key));
      }
      line.append(key);
    }
    box.append(line);
  }
  return box;
}

// `doing` is what the phone does when something in the bubble is tapped.
export function bubble(message, doing, replied) {
  const mine = message.from !== "bot";
  const box = element("article", `message${mine ? " mine" : ""}`);
  box.dataset.id = message.message_id;
  if (message.buttons.length || message.media?.kind === "photo") box.classList.add("wide");
  const inside = element("div", "bubble");
  if (message.forwarded) inside.append(element("div", "quote", "Forwarded"));
  if (replied) inside.append(element("div", "quote", replied.text || "Picture"));
  if (message.media) inside.append(media(message));
  const text = element("span", "words-of");
  text.dir = "auto";
  text.append(words(message.text, message.entities, doing));
  inside.append(text);
  const at = new Date(message.date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  inside.append(element("span", "stamp", message.edits ? `edited ${at}` : at));
  if (message.reaction) inside.append(element("div", "reaction", message.reaction));
  box.append(inside);
  if (message.buttons.length) box.append(keys(message, doing));
  return box;
}
