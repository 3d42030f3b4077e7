// Reading codes with the camera: by the browser's own reader where it has one, else by a small one of ours.

const FRAMES_EVERY = 120;
const REST_AFTER = 60_000; // a camera that nobody needs drains the battery
const WIDEST = 640;

async function reader() {
  if ("BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { default: decode } = await import("../vendor/qr/decode.js");
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      return decode(brush.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined; // no code in this frame
    }
  };
}

export class Camera {
  constructor(video, onCode, onRest) {
    Object.assign(this, { video, onCode, onRest, stream: null, timer: null, seen: "", seenAt: 0 });
  }

  get isOn() {
    return this.stream !== null;
  }

  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.read = await reader();
    this.usedAt = Date.now();
    this.look();
  }

  async look() {
    if (!this.isOn) return;
    const code = this.video.videoWidth ? await this.read(this.video).catch(() => undefined) : undefined;
    const now = Date.now();
    if (code && (code !== this.seen || now - this.seenAt > 4_000)) {
      this.usedAt = now;
      this.onCode(code);
    }
    if (code) [this.seen, this.seenAt] = [code, now];
    if (now - this.usedAt > REST_AFTER) return this.stop(true);
    this.timer = setTimeout(() => this.look(), FRAMES_EVERY);
  }

  stop(isResting = false) {
    clearTimeout(this.timer);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.onRest(isResting);
  }
}
