// Draws the list beside it as a map, once the map is scrolled into view. The page works without.
const map = document.getElementById("map");
const failed = document.getElementById("map-failed");

function load(stylesheet) {
  return new Promise((done, fail) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = stylesheet;
    link.onload = done;
    link.onerror = fail;
    document.head.append(link);
  });
}

async function read(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function words(item) {
  const popup = document.createElement("div");
  const link = item.querySelector("a").cloneNode(true);
  const said = item.querySelector("small").cloneNode(true);
  popup.append(link, said);
  return popup;
}

async function draw() {
  const [base] = await Promise.all([read(map.dataset.base), load(map.dataset.style), import(map.dataset.leaflet)]);
  const L = window.L;
  const [west, south, east, north] = JSON.parse(document.getElementById("map-box").textContent);
  const bounds = L.latLngBounds([south, west], [north, east]);
  // Across the antimeridian longitudes count on beyond 180.
  const turned = (longitude) => (longitude < west ? longitude + 360 : longitude);
  const items = new Map([...document.querySelectorAll("#map-list li")].map((item) => [item.dataset.code, item]));
  const marked = new Set();

  const view = L.map(map, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: 12 });
  L.control.zoom({ zoomInTitle: map.dataset.zoomIn, zoomOutTitle: map.dataset.zoomOut }).addTo(view);
  view.fitBounds(bounds);
  view.setMinZoom(view.getZoom());
  view.setMaxBounds(bounds.pad(0.1));

  function mark(code, place) {
    const item = items.get(code);
    marked.add(code);
    const icon = L.divIcon({ className: `leaflet-div-icon gap ${item.dataset.state}`, iconSize: [24, 24] });
    // The list is for the keyboard; hundreds of stops on a map would be in its way.
    L.marker(place, { icon, keyboard: false }).bindPopup(() => words(item)).addTo(view);
  }

  L.geoJSON(base, {
    coordsToLatLng: ([longitude, latitude]) => L.latLng(latitude, turned(longitude)),
    filter: (feature) => feature.geometry.type !== "Point",
    style: (feature) => {
      const item = items.get(feature.properties.code);
      return { className: item ? `gap ${item.dataset.state}` : "land", interactive: Boolean(item) };
    },
    onEachFeature: (feature, shape) => {
      const code = feature.properties.code;
      if (!items.has(code)) return;
      shape.bindPopup(() => words(items.get(code)));
      if (!marked.has(code)) mark(code, shape.getBounds().getCenter());
    },
  }).addTo(view);
  for (const feature of base.features) {
    const code = feature.properties.code;
    if (feature.geometry.type !== "Point" || !items.has(code) || marked.has(code)) continue;
    const [longitude, latitude] = feature.geometry.coordinates;
    mark(code, [latitude, turned(longitude)]);
  }
  for (const [code, item] of items) {
    if (marked.has(code) || !item.dataset.at) continue;
    const [longitude, latitude] = item.dataset.at.split(",").map(Number);
    mark(code, [latitude, turned(longitude)]);
  }
  map.dataset.drawn = marked.size;
}

if (map) {
  map.hidden = false;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw().catch(() => {
      map.hidden = true;
      failed.hidden = false;
    });
  });
  seen.observe(map);
}
