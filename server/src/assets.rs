//! The client's files, embedded in the binary: served compressed, with an `ETag`, and cached for good by name.

use std::{borrow::Cow, collections::BTreeMap, io::Read as _, sync::Arc};

use app::shell::ClientFiles;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use flate2::read::GzDecoder;
use rust_embed::RustEmbed;

use crate::{accept::takes_coding, hex::hex};

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/client"]
struct Embedded;

/// Where the client's files are served, from the server's root; Trunk.toml's `public_url`.
pub const MOUNT: &str = "/client";

/// How the address of the module begins that fetches the client's chunks; scripts/split-client.sh.
const LOADER: &str = "/client/chunks-";

/// The client's files by name, ready to send.
#[derive(Clone)]
pub struct Assets {
    files: Arc<BTreeMap<String, Asset>>,
    names: ClientFiles,
}

/// One file in the forms that a browser may ask for.
struct Asset {
    content_type: HeaderValue,
    etag: HeaderValue,
    brotli: Bytes,
    gzip: Bytes,
}

impl Assets {
    /// Reads the embedded files and, from Trunk's page among them, which of them start the client.
    pub fn load() -> Self {
        let files = Embedded::iter()
            .filter_map(|packed| {
                let name = packed.strip_suffix(".gz")?;
                Some((name.to_owned(), Asset::load(name)?))
            })
            .collect::<BTreeMap<_, _>>();
        let page = files.get("index.html").and_then(Asset::unpacked);
        let names = page.map(|page| client_files(&String::from_utf8_lossy(&page)));
        Self { names: names.unwrap_or_default(), files: Arc::new(files) }
    }

    /// The names that the document links to; all empty when the client was not built.
    pub fn files(&self) -> &ClientFiles {
        &self.names
    }

    /// Serves the files by name.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new().route("/{*name}", get(file)).with_state(self.clone())
    }
}

impl Asset {
    fn load(name: &str) -> Option<Self> {
        let gzip = Embedded::get(&format!("{name}.gz"))?;
        let brotli = Embedded::get(&format!("{name}.br"))?;
        let content_type = mime_guess::from_path(name).first_or_octet_stream();
        let hash = gzip.metadata.sha256_hash();
        let etag = hex(&hash[..16]);
        Some(Self {
            content_type: HeaderValue::from_str(content_type.as_ref()).ok()?,
            etag: HeaderValue::from_str(&format!("\"{etag}\"")).ok()?,
            brotli: shared_bytes(brotli.data),
            gzip: shared_bytes(gzip.data),
        })
    }

    /// The file as it is, for the few that take nothing packed.
    fn unpacked(&self) -> Option<Bytes> {
        let mut plain = Vec::new();
        GzDecoder::new(&self.gzip[..]).read_to_end(&mut plain).ok()?;
        Some(plain.into())
    }
}

fn shared_bytes(embedded: Cow<'static, [u8]>) -> Bytes {
    match embedded {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

/// Which files start the client, read from the page that Trunk wrote: hashed names can't be guessed.
fn client_files(page: &str) -> ClientFiles {
    let mut files = ClientFiles::default();
    for name in page.split(['"', '\'']).filter(|text| text.starts_with(MOUNT)) {
        let name = name.to_owned();
        if name.ends_with(".css") && !files.styles.contains(&name) {
            files.styles.push(name);
        } else if name.starts_with(LOADER) {
            files.loader = Some(name);
        } else if name.ends_with(".js") && !name.contains("/snippets/") {
            files.script = Some(name);
        } else if name.ends_with("_bg.wasm") {
            files.wasm = Some(name);
        } else if name.ends_with(".wasm") {
            files.chunks.push(name);
        } else if name.ends_with(".svg") {
            files.icon = Some(name);
        }
    }
    files
}

async fn file(State(assets): State<Assets>, Path(name): Path<String>, request: HeaderMap) -> Response {
    let Some(asset) = assets.files.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let mut headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, asset.content_type.clone()),
        (header::ETAG, asset.etag.clone()),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ]);
    if request.get(header::IF_NONE_MATCH).is_some_and(|known| names_etag(known, &asset.etag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let (coding, body) = if takes_coding(&request, "br") {
        (Some("br"), Some(asset.brotli.clone()))
    } else if takes_coding(&request, "gzip") {
        (Some("gzip"), Some(asset.gzip.clone()))
    } else {
        (None, asset.unpacked())
    };
    let Some(body) = body else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    (headers, body).into_response()
}

/// Whether an `If-None-Match` names this entity tag (RFC 9110 §13.1.2, weak comparison).
fn names_etag(known: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(known), Ok(etag)) = (known.to_str(), etag.to_str()) else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use app::chunk::ChunkName;

    use super::*;

    #[test]
    fn reads_the_names_from_trunks_page_in_order() {
        let page = r#"<link rel="stylesheet" href="/client/tokens-1.css"/><link rel="stylesheet" href="/client/base-2.css"/>
            <script type="module">import init from '/client/app-3.js'; init({ module_or_path: '/client/app-3_bg.wasm' });</script>
            <link rel="modulepreload" href="/client/app-3.js" crossorigin="anonymous">
            <link rel="modulepreload" href="/client/chunks-3.js"><link rel="prefetch" href="/client/inbox-3.wasm">
            <link rel="prefetch" href="/client/inbox.projects-3.wasm"><link rel="prefetch" href="/client/projects-3.wasm">
            <link rel="icon" type="image/svg+xml" href="/client/favicon-4.svg"/>
            <script type="module" src="/client/snippets/x/inline0.js"></script>"#;
        let files = client_files(page);
        assert_eq!(files.styles, ["/client/tokens-1.css", "/client/base-2.css"]);
        assert_eq!(files.script.as_deref(), Some("/client/app-3.js"));
        assert_eq!(files.wasm.as_deref(), Some("/client/app-3_bg.wasm"));
        assert_eq!(files.loader.as_deref(), Some("/client/chunks-3.js"));
        let inbox: Vec<_> = files.of_chunk(ChunkName::Inbox).collect();
        assert_eq!(inbox, ["/client/inbox-3.wasm", "/client/inbox.projects-3.wasm"]);
        assert_eq!(files.of_chunk(ChunkName::Inspector).count(), 0);
        assert_eq!(files.icon.as_deref(), Some("/client/favicon-4.svg"));
    }
}
