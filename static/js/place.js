// Where it happened: the phone's position, and a pin on the mission's map. Loaded when one of the
// two is asked for; the list and the fields for degrees work without either.
const EARTH_KM = 6371;
const DECIMALS = 5; // about a metre

const radians = (degrees) => (degrees * Math.PI) / 180;

function kilometres([lat1, lon1], [lat2, lon2]) {
  const half = Math.sin(radians(lat2 - lat1) / 2) ** 2
    + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}

const centre = (option) => option.dataset.at.split(",").map(Number);

function nearest(area, point) {
  const known = [...area.options].filter((option) => option.dataset.at);
  const far = (option) => kilometres(centre(option), point);
  return known.reduce((best, option) => (!best || far(option) < far(best) ? option : best), null);
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** Makes the buttons of the panel work. */
export function attend(panel) {
  const { area, latitude, longitude, precision } = panel.closest("form").elements;
  const said = document.querySelector("[data-place-said]");
  const place = document.querySelector("[data-map]");
  const say = panel.dataset;
  const changed = (control) => control.dispatchEvent(new Event("input", { bubbles: true }));
  let pin;

  function set(point, metres) {
    [latitude.value, longitude.value] = point.map((degrees) => degrees.toFixed(DECIMALS));
    changed(latitude);
    changed(longitude);
    precision.value = metres <= 50 ? "exact" : metres <= 1000 ? "kilometre" : "settlement";
    for (const button of precision) if (button.checked) changed(button);
    latitude.closest("details").open = true;
    return district(point);
  }

  // What the officer chose is never changed, only doubted.
  function district(point) {
    const near = nearest(area, point);
    if (!near || near.value === area.value) return "";
    if (area.value) return fill(say.nearest, { name: near.label, chosen: area.selectedOptions[0].label });
    area.value = near.value;
    changed(area);
    return fill(say.chosen, { name: near.label });
  }

  function locate() {
    said.textContent = say.finding;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const about = set([coords.latitude, coords.longitude], coords.accuracy);
        said.textContent = `${fill(say.found, { n: Math.ceil(coords.accuracy) })} ${about}`.trim();
      },
      () => { said.textContent = say.refused; },
      { enableHighAccuracy: true, timeout: 30_000, maximumAge: 60_000 },
    );
  }

  function style(address) {
    return new Promise((done, fail) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href: address, onload: done, onerror: fail });
      document.head.append(link);
    });
  }

  async function read(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  async function draw() {
    const styles = style(say.style).then(() => style(say.mapStyle));
    const [ground] = await Promise.all([read(say.base), styles, import(say.leaflet)]);
    const [west, south, east, north] = ground.box;
    const { L } = window;
    // Across the antimeridian longitudes count on beyond 180.
    const turned = (degrees) => (degrees < west ? degrees + 360 : degrees);
    const bounds = L.latLngBounds([south, west], [north, east]);
    place.hidden = false;
    const view = L.map(place, { attributionControl: false, zoomControl: false, maxZoom: 14 });
    L.control.zoom({ zoomInTitle: say.zoomIn, zoomOutTitle: say.zoomOut }).addTo(view);
    view.fitBounds(bounds);
    L.geoJSON(ground.base, {
      coordsToLatLng: ([degreesEast, degreesNorth]) => L.latLng(degreesNorth, turned(degreesEast)),
      filter: (feature) => feature.geometry.type !== "Point",
      style: { className: "land", interactive: false },
    }).addTo(view);
    for (const option of area.options) {
      if (!option.dataset.at) continue;
      const [north_, east_] = centre(option);
      L.marker([north_, turned(east_)], { icon: L.divIcon({ className: "place-name", html: "" }), keyboard: false, interactive: false })
        .addTo(view).getElement().textContent = option.label.split(",")[0];
    }
    const icon = L.divIcon({ className: "pin", iconSize: [24, 24] });
    const put = (point) => (pin ? pin.setLatLng(point) : (pin = L.marker(point, { icon, keyboard: false }).addTo(view)));
    if (latitude.value && longitude.value) put([Number(latitude.value), turned(Number(longitude.value))]);
    view.on("click", ({ latlng }) => {
      put(latlng);
      const degreesEast = ((latlng.lng + 540) % 360) - 180;
      // How far a finger is off: a few pixels, in metres at this zoom.
      const metres = view.distance(latlng, view.containerPointToLatLng(view.latLngToContainerPoint(latlng).add([12, 0])));
      said.textContent = `${say.pinned} ${set([latlng.lat, degreesEast], metres)}`.trim();
    });
    place.dataset.drawn = "";
  }

  async function showMap(button) {
    button.hidden = true;
    try {
      await draw();
    } catch {
      place.hidden = true;
      button.hidden = false;
      said.textContent = say.failed;
    }
  }

  return { locate, showMap };
}
