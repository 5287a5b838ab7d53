# Makes the pages: render.sh VERSION FOLDER. Runs in the build, so that a page that cannot be made is never shipped.
set -eu
version=$1
site=$2
built=$(date -u +%Y-%m-%dT%H:%M:%SZ)
mkdir -p "$site"

awk -F ';' '
  /^#/ || NF == 0 { next }
  NF != 2 || $2 !~ /^[0-9]+\.[0-9][0-9]$/ {
    print "products.csv, line " NR ": expected name;0.00, got: " $0 > "/dev/stderr"
    exit 1
  }
  { printf "      <tr><td>%s</td><td>%s</td></tr>\n", $1, $2 }
' products.csv > products.html

sed -e "s|@VERSION@|$version|g" -e "s|@BUILT@|$built|g" -e '/@PRODUCTS@/{
r products.html
d
}' page.html > "$site/index.html"
printf '{"version":"%s","built":"%s","products":%s}\n' "$version" "$built" "$(wc -l < products.html)" > "$site/version.json"
echo "made $site/index.html of version $version"
