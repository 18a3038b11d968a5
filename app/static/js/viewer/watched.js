/** Tells which seconds were played, each time they were: a range ends at every jump, pause and end. */

const LONGEST_S = 10; // little is lost with a page that ends without a word
const JUMP_S = 1.5; // between two reports of a video that only plays; they come every quarter second

export function followWatching(video, player, beacon) {
  let fromS = null;
  let lastS = 0;

  const close = () => {
    if (fromS !== null && lastS - fromS > 0.1) beacon.tell("range", round(fromS), round(lastS));
    fromS = null;
  };
  const begin = () => {
    fromS = lastS = video.currentTime;
  };
  const follow = () => {
    if (video.seeking || fromS === null) return;
    const apart = video.currentTime - lastS;
    if (apart < 0 || apart > JUMP_S * Math.max(1, video.playbackRate)) {
      close();
      begin();
    }
    lastS = video.currentTime;
    if (lastS - fromS < LONGEST_S) return;
    close();
    begin();
  };

  // copies.js: from here on it is another copy that plays.
  video.addEventListener("copychange", () => {
    follow();
    close();
  });
  video.addEventListener("play", () => beacon.tell("play", player.isPreview ? 0 : 1));
  video.addEventListener("playing", () => fromS === null && begin());
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeking", close);
  video.addEventListener("seeked", () => video.paused || begin());
  video.addEventListener("pause", () => {
    follow();
    close();
    if (!video.ended && !video.seeking) beacon.tell("pause", round(video.currentTime));
  });
  video.addEventListener("ended", () => {
    follow();
    close();
    beacon.tell("end");
  });
  beacon.onLeaving(() => {
    if (fromS === null) return;
    follow();
    close();
    if (!video.paused) begin();
  });
}

const round = (s) => Math.round(s * 10) / 10;
