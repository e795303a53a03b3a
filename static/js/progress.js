// Keeps the progress of work in the background up to date, for as long as it goes on. Without it the page reloads itself.
'use strict';

(() => {
  const PAUSE = 1500;
  const look = () => document.querySelector('[data-progress][data-progress-running]');

  async function again() {
    const shown = look();
    if (!shown) return;
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin', redirect: 'manual' });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const fresh = page.querySelector('[data-progress]');
        if (fresh) shown.replaceWith(document.adoptNode(fresh));
      }
    } catch (error) {
      // The network may be back in a moment.
    }
    if (look()) setTimeout(again, PAUSE);
  }

  if (look()) setTimeout(again, PAUSE);
})();
