// Draws the charts and maps of a report from the data inside the page. Asks no host for anything.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  document.documentElement.classList.add("scripted");
  const pending = [];

  function chart(box, spec) {
    const layout = Object.assign({}, spec.layout, { height: spec.height, autosize: true });
    const settings = {
      displayModeBar: false, responsive: true, showTips: false, showSendToCloud: false, plotlyServerURL: "",
      showLink: false, showEditInChartStudio: false, scrollZoom: false, doubleClick: false,
    };
    box.style.minHeight = "";
    return Plotly.newPlot(box, spec.traces, layout, settings).then(function () {
      fit(box);
      box.on("plotly_afterplot", function () { fit(box); });
    });
  }

  // A drawing has a fixed size; with a view box it can be made smaller for paper without being drawn anew.
  function fit(box) {
    box.querySelectorAll("svg.main-svg").forEach(function (svg) {
      const width = svg.getAttribute("width"), height = svg.getAttribute("height");
      if (width && height) svg.setAttribute("viewBox", "0 0 " + parseFloat(width) + " " + parseFloat(height));
      box.style.setProperty("--ratio", parseFloat(width) + " / " + parseFloat(height));
    });
  }

  function text(lines) {
    const box = document.createElement("div");
    lines.forEach(function (line, i) {
      const row = document.createElement(i ? "div" : "strong");
      row.textContent = line;
      box.appendChild(row);
    });
    return box;
  }

  function bounds(points) {
    return L.latLngBounds(points.map(function (p) { return [p.lat, p.lon]; })).pad(0.05);
  }

  function graticule(map, box, renderer) {
    const west = Math.floor(box.getWest()) - 2, east = Math.ceil(box.getEast()) + 2;
    const south = Math.floor(box.getSouth()) - 2, north = Math.ceil(box.getNorth()) + 2;
    const style = { renderer: renderer, color: "#b9c4ce", weight: 0.6, interactive: false };
    for (let lon = west; lon <= east; lon += 0.5) L.polyline([[south, lon], [north, lon]], style).addTo(map);
    for (let lat = south; lat <= north; lat += 0.5) L.polyline([[lat, west], [lat, east]], style).addTo(map);
  }

  function map(box, spec) {
    const name = box.id;
    const renderer = L.canvas({ padding: 0.3 });
    const view = L.map(box, {
      renderer: renderer, preferCanvas: true, attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false,
      zoomAnimation: false, fadeAnimation: false, keyboard: true,
    });
    const around = (spec.areas || []).reduce(function (box, area) {
      return box.extend(L.geoJSON(area.geometry).getBounds());
    }, bounds(spec.points));
    view.fitBounds(around);
    view.setMaxBounds(around.pad(0.6));
    view.on("focus click", function () { view.scrollWheelZoom.enable(); });
    view.on("blur mouseout", function () { view.scrollWheelZoom.disable(); });
    graticule(view, around, renderer);
    spec.outlines.forEach(function (shape) {
      L.geoJSON(shape.geometry, {
        renderer: renderer, interactive: false,
        style: {
          color: "#6b7885", weight: shape.planned ? 1.4 : 0.7, fillOpacity: 1,
          fillColor: shape.planned ? "#fbfaf6" : "#eceae4",
        },
      }).addTo(view);
    });
    (spec.areas || []).forEach(function (area) {
      const shape = L.geoJSON(area.geometry, {
        renderer: renderer, style: { color: "#1b2733", weight: 0.4, fillColor: area.colour, fillOpacity: 0.8 },
      }).addTo(view);
      shape.bindTooltip(area.label, { sticky: true });
    });
    L.control.scale({ imperial: true, metric: true }).addTo(view);
    const circles = spec.points.slice().map(function (p, i) { return { point: p, at: i }; })
      .sort(function (a, b) { return b.point.radius - a.point.radius; })
      .map(function (one) {
        const circle = L.circleMarker([one.point.lat, one.point.lon], {
          renderer: renderer, radius: one.point.radius, weight: 0.8, color: "#1b2733", fillOpacity: 0.88,
          fillColor: one.point.colour || "#ffffff",
        });
        circle.bindTooltip(function () { return text(one.point.label.concat(one.extra || [])); });
        circle.addTo(view);
        one.circle = circle;
        return one;
      });
    if (spec.options) choices(name, view, renderer, spec, circles);
    box.leaflet = view; // where a place lies on the screen is asked of it by tests
  }

  function colour(value, measure) {
    if (value === null) return "#ffffff";
    const number = value === "inf" ? Infinity : value;
    let step = 0;
    while (step < measure.breaks.length && number > measure.breaks[step]) step += 1;
    return measure.colours[step];
  }

  function written(value, measure, limit) {
    if (value === null) return "–";
    if (measure.share) return Math.round(100 * value) + "%";
    if (value === "inf" || value > limit) return "> " + limit + " min";
    return (value < 9.95 ? value.toFixed(1) : Math.round(value)) + " min";
  }

  function choices(name, view, renderer, spec, circles) {
    const option = document.getElementById(name + "-option");
    const measure = document.getElementById(name + "-measure");
    const units = L.layerGroup().addTo(view);
    function draw() {
      const chosen = spec.measures.find(function (m) { return m.id === measure.value; });
      const values = spec.values[chosen.id][option.value];
      circles.forEach(function (one) {
        const value = values[one.at];
        one.extra = [chosen.name + ": " + written(value, chosen, spec.limit)];
        one.circle.setStyle({ fillColor: colour(value, chosen) });
      });
      units.clearLayers();
      spec.units.filter(function (u) { return u.option === option.value; }).forEach(function (unit) {
        const mark = L.rectangle(square(unit), { renderer: renderer, color: "#ffffff", weight: 1.5, fillColor: "#c1121f", fillOpacity: 1 });
        mark.bindTooltip(function () { return text(unit.label); });
        units.addLayer(mark);
      });
      legend(document.getElementById(name + "-legend"), chosen);
    }
    function square(unit) {
      const at = view.latLngToLayerPoint([unit.lat, unit.lon]), half = 5;
      return [view.layerPointToLatLng(at.subtract([half, half])), view.layerPointToLatLng(at.add([half, half]))];
    }
    option.addEventListener("change", draw);
    measure.addEventListener("change", draw);
    view.on("zoomend", draw);
    draw();
  }

  function legend(box, measure) {
    const list = document.createElement("ul");
    const ends = measure.breaks, last = ends.length - 1;
    function end(value) { return measure.share ? Math.round(100 * value) + "%" : String(value); }
    const unit = measure.share ? "" : " min";
    measure.colours.forEach(function (paint, i) {
      const item = document.createElement("li"), key = document.createElement("span");
      key.className = "key";
      key.style.background = paint;
      const label = i === 0 ? "up to " + end(ends[0]) + unit
        : i > last ? "over " + end(ends[last]) + unit : end(ends[i - 1]) + "–" + end(ends[i]) + unit;
      item.append(key, label);
      list.appendChild(item);
    });
    const item = document.createElement("li"), key = document.createElement("span");
    key.className = "key unit";
    item.append(key, "units");
    list.appendChild(item);
    box.replaceChildren(list);
  }

  Object.keys(data).forEach(function (name) {
    const box = document.getElementById(name);
    if (data[name].kind === "chart") pending.push(chart(box, data[name]));
    else map(box, data[name]);
  });
  Promise.all(pending).then(function () { document.body.dataset.drawn = String(Object.keys(data).length); });

  // Paper has no "open": what is folded away but short is printed, too.
  const folded = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not(.long):not(.screen):not([open])").forEach(function (one) {
      if (one.querySelectorAll("tr").length <= 40) { one.open = true; folded.push(one); }
    });
  });
  window.addEventListener("afterprint", function () {
    folded.splice(0).forEach(function (one) { one.open = false; });
  });
})();
