# Sourced by the scripts in ops: how they speak. Everything goes to standard error, so that what a
# script prints for others stays clean.

say() {
  printf '%s\n' "$*" >&2
}

# fail MESSAGE...: says each MESSAGE on a line of its own and ends the script.
fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  shift
  if [ $# -gt 0 ]; then
    printf '  %s\n' "$@" >&2
  fi
  exit 1
}
