// Streamlit's theme as the colours of strip and charts.

/** Reads the theme's variables at `element`; colours come out as "rgb(…)", which is what Plotly takes. */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const colour = (name, otherwise) => {
    probe.style.color = "";
    probe.style.color = style.getPropertyValue(name).trim() || otherwise;
    return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  };
  const text = colour("--st-text-color", "#31333f");
  const background = colour("--st-background-color", "#ffffff");
  const primary = colour("--st-primary-color", "#0072b2");
  probe.remove();
  const mix = (share) => rgb(text.map((value, i) => value * share + background[i] * (1 - share)));
  return {
    text: rgb(text),
    background: rgb(background),
    primary: rgb(primary),
    muted: mix(0.72),
    line: mix(0.26),
    border: mix(0.16),
    grid: mix(0.1),
    onPrimary: luminance(primary) > 0.36 ? "#11141a" : "#ffffff",
    scheme: luminance(background) < 0.3 ? "dark" : "light",
    font: style.getPropertyValue("--st-font").trim() || "sans-serif",
  };
}

const rgb = (channels) => `rgb(${channels.map(Math.round).join(",")})`;

function luminance(channels) {
  const [r, g, b] = channels.map((c) => (c / 255 <= 0.04 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The figure's own layout, dressed for the card: the title and the legend are the board's, the colours the theme's. */
export function dress(layout, theme, narrow) {
  const dressed = {
    ...layout,
    autosize: true,
    showlegend: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 48, r: 12, t: 10, b: 36, ...layout.margin },
    font: { size: 12, ...layout.font, family: theme.font, color: theme.text },
    hoverlabel: { bgcolor: theme.background, bordercolor: theme.line, font: { color: theme.text, family: theme.font } },
    // On a phone a finger on a chart scrolls the page.
    dragmode: narrow ? false : (layout.dragmode ?? "zoom"),
  };
  delete dressed.title;
  delete dressed.width;
  delete dressed.height;
  delete dressed.template;
  const axes = new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))]);
  for (const name of axes) {
    const axis = layout[name] ?? {};
    const title = typeof axis.title === "string" ? { text: axis.title } : axis.title;
    dressed[name] = {
      zeroline: false,
      automargin: true,
      ...axis,
      ...(title && { title: { standoff: 6, ...title, font: { size: 12, ...title.font, color: theme.muted } } }),
      color: theme.muted,
      gridcolor: theme.grid,
      linecolor: theme.line,
      zerolinecolor: theme.line,
      tickfont: { size: 11, ...axis.tickfont, color: theme.muted },
    };
  }
  return dressed;
}
