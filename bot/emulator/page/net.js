// Talks to the emulator: requests, and events that come by themselves.

export async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

// One stream for all phones on the desk; it comes back by itself after the emulator was away.
export class Events {
  constructor({ onChange, onBack, onAway }) {
    Object.assign(this, { onChange, onBack, onAway });
  }

  watch(people) {
    this.source?.close();
    // Nobody has the id 1: an empty desk still hears of new people and of the bot's calls.
    const ids = people.length ? people : [1];
    this.source = new EventSource("/sim/events?" + ids.map((id) => `person=${id}`).join("&"));
    this.source.onopen = () => this.onBack();
    this.source.onerror = () => {
      this.onAway();
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.watch(people), 1500);
    };
    this.source.onmessage = (event) => this.onChange(JSON.parse(event.data));
  }
}

export async function base64Of(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}
