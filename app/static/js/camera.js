// Camera and microphone: opens them, names those there are, and says in words why not.

const REMEMBERED = { camera: "recorder:camera", microphone: "recorder:microphone" };
const INSTEAD = "or upload a video file instead.";

export const SENTENCES = {
  insecure:
    "The camera works only on a secure page. Open this page with https:// in its address, " +
    INSTEAD,
  unsupported:
    "This browser cannot record video. Use a current Chrome, Edge, Firefox or Safari, " + INSTEAD,
  refused:
    "The browser may not use your camera and microphone. Click the sign beside the address, " +
    "allow both, then try again.",
  system:
    "Your system does not let this browser use the camera or microphone. Allow it in the " +
    "system’s privacy settings, then try again.",
  noCamera: "No camera was found. Connect one and try again, " + INSTEAD,
  noMicrophone: "No microphone was found. Connect one and try again, " + INSTEAD,
  busy:
    "Your camera or microphone is in use by another program, perhaps a call. Close that " +
    "program, then try again.",
  unknown: "The camera could not be started. Unplug it or restart the browser, then try again, " +
    INSTEAD,
};

function recall(kind) {
  try {
    return localStorage.getItem(REMEMBERED[kind]) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(kind, deviceId) {
  try {
    if (deviceId) localStorage.setItem(REMEMBERED[kind], deviceId);
  } catch {
    // A private window: it is asked again next time.
  }
}

// The sentence that stands in the way before anything is tried, or null.
export function obstacle() {
  if (!window.isSecureContext) return SENTENCES.insecure;
  const canRecord = navigator.mediaDevices?.getUserMedia && window.MediaRecorder;
  return canRecord ? null : SENTENCES.unsupported;
}

// What an error of getUserMedia means. kinds: the kinds of devices that were found.
export function failureWords({ name, message }, kinds = ["videoinput", "audioinput"]) {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return /system/i.test(message) ? SENTENCES.system : SENTENCES.refused;
    case "NotFoundError":
    case "OverconstrainedError":
      return kinds.includes("videoinput") ? SENTENCES.noMicrophone : SENTENCES.noCamera;
    case "NotReadableError":
    case "AbortError":
      return SENTENCES.busy;
    default:
      return SENTENCES.unknown;
  }
}

// An open stream of the chosen (else the remembered) camera and microphone, as sharp and smooth as
// the camera can. Throws an Error whose message is a sentence for the user.
export async function openCamera({ camera, microphone } = {}) {
  const chosen = { camera: camera ?? recall("camera"), microphone: microphone ?? recall("microphone") };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: {
        deviceId: chosen.camera,
        width: { ideal: 1920 },
        height: { ideal: 1080 },
        frameRate: { ideal: 60 },
      },
      // Nothing is played while one speaks: cancelling an echo would only dull the voice.
      audio: { deviceId: chosen.microphone, echoCancellation: false, autoGainControl: true },
    });
    remember("camera", stream.getVideoTracks()[0]?.getSettings().deviceId);
    remember("microphone", stream.getAudioTracks()[0]?.getSettings().deviceId);
    return stream;
  } catch (error) {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    throw new Error(failureWords(error, devices.map(({ kind }) => kind)), { cause: error });
  }
}

// The light of the camera goes out.
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

// What may be chosen, and what is: {camera: [[id, label, isChosen]], microphone: […]}.
export async function listDevices(stream) {
  const chosen = stream.getTracks().map((track) => track.getSettings().deviceId);
  const devices = await navigator.mediaDevices.enumerateDevices();
  const of = (kind, word) =>
    devices
      .filter((device) => device.kind === kind)
      .map(({ deviceId, label }, i) => [
        deviceId, label || `${word} ${i + 1}`, chosen.includes(deviceId),
      ]);
  return { camera: of("videoinput", "Camera"), microphone: of("audioinput", "Microphone") };
}
