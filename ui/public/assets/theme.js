// Before the first paint, so that a page in dark never flashes white. What a person chose wins over what the system says.
try {
  const chosen = localStorage.getItem('tillwatch:theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // Storage can be forbidden; the system's scheme holds then.
}
