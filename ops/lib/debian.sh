# Sourced by the scripts in ops, after say.sh: installs what the machine lacks, where that is possible.

# install_packages NAME...: makes sure that each Debian package is installed. NAME may be a choice,
# such as "libvips42|libvips42t64": whichever is there or can be had. Quick and silent when nothing
# is missing. No service of a package is started. Ends the script where it cannot install.
install_packages() {
  local missing=() choice
  for choice in "$@"; do
    _any_installed "$choice" || missing+=("$choice")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  _can_install "${missing[@]}"
  say "Installing ${missing[*]} ..."
  (
    export DEBIAN_FRONTEND=noninteractive
    _forbid_services
    trap _allow_services EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    apt-get update -q >&2 </dev/null
    names=()
    for choice in "${missing[@]}"; do
      names+=("$(_obtainable "$choice")")
    done
    apt-get install -q -y --no-install-recommends "${names[@]}" >&2 </dev/null
  ) || fail "could not install ${missing[*]}" "What apt-get said about it is above."
}

# packages_installed NAME...: whether each of them is there.
packages_installed() {
  local choice
  for choice in "$@"; do
    _any_installed "$choice" || return 1
  done
}

_any_installed() {
  command -v dpkg-query >/dev/null || return 1
  local name
  for name in ${1//|/ }; do
    # shellcheck disable=SC2016 # the format is dpkg-query's
    [ "$(dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | sort -u)" = installed ] && return 0
  done
  return 1
}

_obtainable() {
  local name
  for name in ${1//|/ }; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      printf '%s' "$name"
      return 0
    fi
  done
  printf '%s' "${1%%|*}" # apt-get says best what is wrong with it
}

_can_install() {
  command -v apt-get >/dev/null || fail "this machine lacks: $*" \
    "They can be installed here only by yourself: this is not Debian or a relative of it (no apt-get)." \
    "The names are those of Debian's packages; your distribution has its own for the same software."
  [ "$(id -u)" = 0 ] || fail "this machine lacks: $*" \
    "You are not root. Either run: sudo apt-get install ${*//|*/}" \
    "or run this command as root, and it installs them itself."
}

# While packages are installed, no service may start: ports and names belong to whoever has them.
# A policy that is there already is put back afterwards.
readonly _POLICY=/usr/sbin/policy-rc.d

_forbid_services() {
  if [ -e "$_POLICY" ] && ! grep -q offstage "$_POLICY"; then
    mv "$_POLICY" "$_POLICY.before-offstage"
  fi
  printf '#!/bin/sh\n# By offstage, while it installs packages.\nexit 101\n' >"$_POLICY"
  chmod 755 "$_POLICY"
}

_allow_services() {
  rm -f "$_POLICY"
  if [ -e "$_POLICY.before-offstage" ]; then
    mv "$_POLICY.before-offstage" "$_POLICY"
  fi
}
