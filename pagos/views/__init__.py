"""The pages about paying. Thin: fetch with ownership or 404, call one service, catch one domain error, answer."""
