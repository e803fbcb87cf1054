// One phone on the desk: what a person sees and does.

import { bubble, element } from "./bubbles.js";
import { ask, base64Of } from "./net.js";

const TOAST_MS = 3200;
const SPIN_SECONDS = 30;
const DOING = {
  typing: "is typing…", upload_photo: "is sending a picture…", record_voice: "is recording…",
  upload_voice: "is sending a voice note…", upload_document: "is sending a file…",
};

export class Phone {
  constructor(person, onAway) {
    this.person = person;
    this.messages = new Map();
    this.root = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
    this.root.setAttribute("aria-label", `${person.name}'s phone`);
    this.chat = this.find(".chat");
    this.chat.setAttribute("aria-label", `Chat on ${person.name}'s phone`);
    this.find(".owner").textContent = person.name;
    this.find(".start").addEventListener("click", () => {
      if (this.person.blocked) this.toggleBlock(); else this.say("/start");
    });
    this.find(".away").addEventListener("click", onAway);
    this.find(".block").addEventListener("click", () => this.toggleBlock());
    this.find(".menu-button").addEventListener("click", () => this.toggleMenu());
    this.find(".attach input").addEventListener("change", (event) => this.attach(event.target));
    this.find(".composer").addEventListener("submit", (event) => this.submit(event));
    this.find(".menu").addEventListener("keydown", (event) => this.walkMenu(event));
    this.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.closeAll(); });
  }

  find(selector) { return this.root.querySelector(selector); }

  path(deed) { return `/sim/people/${this.person.id}/${deed}`; }

  // Read everything anew: at the start, after the emulator was away, or when changes were lost.
  async load() {
    const view = await ask(this.path("phone"));
    this.person = view.person;
    this.view = view;
    this.find(".bot-name").textContent = view.bot.name;
    this.find(".avatar").textContent = [...view.bot.name][0] || "?";
    this.find(".about").textContent = view.bot.description || "";
    this.drawMenu(view.commands);
    this.chat.replaceChildren();
    this.messages.clear();
    for (const message of view.messages) this.show(message, false);
    this.settle();
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  // What came between reading everything and the first event of the stream.
  async catchUp() {
    if (!this.view) return;
    const { messages } = await ask(`${this.path("chat")}?after=${this.view.version}`);
    for (const message of messages) {
      const known = this.messages.get(message.message_id)?.message;
      if (!known || known.version < message.version) this.show(message, true);
    }
  }

  settle() {
    const empty = this.messages.size === 0;
    this.find(".start-area").hidden = !empty && !this.person.blocked;
    this.find(".start").textContent = this.person.blocked ? "Unblock" : "Start";
    this.find(".about").hidden = !empty;
    this.find(".composer").hidden = empty || this.person.blocked;
    this.find(".block").textContent = this.person.blocked ? "Unblock the bot" : "Block the bot";
    this.setState(this.person.deactivated ? "account deleted" : this.person.blocked ? "blocked" : "bot");
    this.drawReplyKeys();
  }

  setState(words, busy = false) {
    const state = this.find(".state");
    state.textContent = words;
    state.classList.toggle("busy", busy);
  }

  change(event) {
    if (event.kind === "message" || event.kind === "edit") this.show(event.message, true);
    else if (event.kind === "delete") this.drop(event.message.message_id);
    else if (event.kind === "toast") this.toast(event.toast);
    else if (event.kind === "typing") this.typing(event.action);
    else if (event.kind === "person" || event.kind === "commands" || event.kind === "lost") this.load();
  }

  show(message, live) {
    const old = this.messages.get(message.message_id)?.box;
    const atEnd = this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 120;
    const doing = {
      onPress: (...press) => this.press(...press),
      onCommand: (text) => this.say(text),
      prepareLink: (link, address) => this.prepareLink(link, address),
    };
    const box = bubble(message, doing, this.messages.get(message.reply_to)?.message);
    if (old) this.replace(old, box);
    else {
      if (live) box.classList.add("new");
      this.chat.append(box);
    }
    this.messages.set(message.message_id, { message, box });
    if (live) {
      if (message.from === "bot") this.typing("");
      this.settle();
      if (atEnd || message.from !== "bot") this.scrollToEnd();
      box.querySelector("img")?.addEventListener("load", () => { if (atEnd) this.scrollToEnd(); });
    }
  }

  // The keyboard's focus stays where it was: on the same key of the changed message, else on its first one.
  replace(old, box) {
    const keys = [...old.querySelectorAll(".keys button, .keys a")];
    const focused = keys.indexOf(document.activeElement);
    old.replaceWith(box);
    if (focused < 0) return;
    const now = box.querySelectorAll(".keys button, .keys a");
    (now[focused] || now[0] || this.chat).focus({ preventScroll: true });
  }

  drop(id) {
    this.messages.get(id)?.box.remove();
    this.messages.delete(id);
    this.settle();
  }

  scrollToEnd() { this.chat.scrollTop = this.chat.scrollHeight; }

  async say(text) {
    await this.tried(() => ask(this.path("say"), { text }));
    this.closeAll();
    if (this.find(".composer").hidden || document.activeElement === this.find(".words")) return;
    // Under a finger, a focused line to write in would bring up a keyboard over half the screen.
    const next = matchMedia("(pointer: coarse)").matches ? this.chat : this.find(".words");
    next.focus({ preventScroll: true });
  }

  // An address that leads to this very bot opens no other page: it starts the bot with its code.
  prepareLink(link, address) {
    const parts = URL.canParse(address) ? new URL(address) : null;
    const name = parts?.hostname === "t.me" ? parts.pathname.slice(1).toLowerCase() : "";
    if (!name || name !== this.view.bot.username.toLowerCase()) return;
    const code = parts.searchParams.get("start") || "";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.say(`/start ${code}`.trim());
    });
  }

  async press(message, index, key) {
    if (key.classList.contains("waiting")) return;
    key.classList.add("waiting");
    const what = { message_id: message.message_id, index, wait: SPIN_SECONDS };
    await this.tried(() => ask(this.path("press"), what));
    key.classList.remove("waiting");
  }

  async tried(deed) {
    try { await deed(); } catch (error) { this.toast({ text: error.message }); }
  }

  toast({ text, show_alert: asAlert }) {
    if (!text) return;
    if (asAlert) {
      const alert = this.find(".alert");
      alert.querySelector("p").textContent = text;
      if (!alert.open) alert.showModal();
      return;
    }
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.classList.add("shown");
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => toast.classList.remove("shown"), TOAST_MS);
  }

  typing(action) {
    clearTimeout(this.typingTimer);
    if (!action) { if (this.find(".state.busy")) this.settle(); return; }
    this.setState(DOING[action] || DOING.typing, true);
    this.typingTimer = setTimeout(() => this.settle(), 5000);
  }

  submit(event) {
    event.preventDefault();
    const words = this.find(".words");
    const text = words.value.trim();
    words.value = "";
    if (text) this.say(text);
  }

  async attach(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const kind = /^audio\/|^video\/ogg/.test(file.type) ? "voice" : "photo";
    const words = this.find(".words");
    const facts = { name: file.name, mime_type: file.type, caption: words.value.trim() };
    const content = await base64Of(file);
    await this.tried(async () => {
      await ask(this.path("send"), { [kind]: content, ...facts });
      words.value = "";
    });
  }

  async toggleBlock() {
    this.closeAll();
    await this.tried(() => ask(this.path(this.person.blocked ? "unblock" : "block"), {}));
  }

  drawMenu(commands) {
    this.find(".menu-button").hidden = commands.length === 0;
    this.find(".menu").replaceChildren(...commands.map(({ command, description }) => {
      const item = element("button");
      item.type = "button";
      item.setAttribute("role", "menuitem");
      item.append(element("b", "", `/${command}`), element("span", "", description));
      item.addEventListener("click", () => this.say(`/${command}`));
      return item;
    }));
  }

  // The newest keyboard of the other kind stays below the chat until the bot takes it away.
  drawReplyKeys() {
    const markups = [...this.messages.values()].map(({ message }) => message.reply_keyboard).filter(Boolean);
    const rows = markups.at(-1)?.keyboard || [];
    this.find(".reply-keys").replaceChildren(...rows.map((row) => {
      const line = element("div", "row");
      for (const key of row) {
        const button = element("button", "", key.text || key);
        button.type = "button";
        button.addEventListener("click", () => this.say(button.textContent));
        line.append(button);
      }
      return line;
    }));
  }

  toggleMenu(open = this.find(".menu").hidden) {
    this.find(".menu").hidden = !open;
    this.find(".menu-button").setAttribute("aria-expanded", String(open));
    if (open) this.find(".menu button")?.focus();
  }

  walkMenu(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...this.find(".menu").children];
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  }

  closeAll() {
    const wasOpen = !this.find(".menu").hidden;
    this.toggleMenu(false);
    this.find(".more").open = false;
    if (wasOpen) this.find(".menu-button").focus();
  }
}
