# Sourced by the scripts in ops, after say.sh: finds the JDK that Offstage needs.

# The least Java that builds and runs Offstage.
readonly OFFSTAGE_JAVA=25

# use_jdk: exports JAVA_HOME as a JDK of at least version 25 and puts it first on the PATH, or ends
# the script. A JAVA_HOME that is already good enough is kept; of several others the newest wins.
use_jdk() {
  local home best='' best_version=0 version
  if version=$(_jdk_version "${JAVA_HOME:-}") && [ "$version" -ge "$OFFSTAGE_JAVA" ]; then
    best=$JAVA_HOME
  else
    for home in "${JDK_HOME:-}" "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_ARM64:-}" \
        "$(_jdk_on_path)" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* \
        "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/*; do
      version=$(_jdk_version "$home") || continue
      if [ "$version" -ge "$OFFSTAGE_JAVA" ] && [ "$version" -gt "$best_version" ]; then
        best=$home best_version=$version
      fi
    done
  fi
  if [ -z "$best" ]; then
    fail "no JDK of version $OFFSTAGE_JAVA or newer was found" \
      "Looked at JAVA_HOME, the PATH, /usr/lib/jvm, /opt, SDKMAN! and mise. To get one, either" \
      "- install Eclipse Temurin: https://adoptium.net/installation/linux (package temurin-25-jdk), or" \
      "- with SDKMAN!: sdk install java 25-tem, or" \
      "- unpack any JDK 25 and set JAVA_HOME to its directory."
  fi
  export JAVA_HOME=$best
  export PATH="$JAVA_HOME/bin:$PATH"
  # Maven's own libraries are older than the rules that these options relax; without them each build
  # would begin with warnings that are not ours.
  export MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
}

# need_maven: ends the script where there is no Maven.
need_maven() {
  command -v mvn >/dev/null || fail "Maven (mvn) was not found" \
    "On Debian: apt-get install maven. Elsewhere: https://maven.apache.org/install.html"
}

# Prints the feature version of the JDK (not a mere runtime) at $1.
_jdk_version() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$version" ] && printf '%s' "$version"
}

_jdk_on_path() {
  local javac
  javac=$(command -v javac) || return 0
  javac=$(readlink -f "$javac")
  printf '%s' "${javac%/bin/javac}"
}
