//! Content as text for people: what is no text is named.

use agent_client_protocol::v1::schema::{ContentBlock, EmbeddedResource, EmbeddedResourceResource};

/// What a block of content says, in Markdown.
pub(super) fn text_of(block: &ContentBlock) -> String {
    match block {
        ContentBlock::Text(text) => text.text.clone(),
        ContentBlock::Image(image) => {
            named("image", &image.mime_type, image.data.len(), image.uri.as_deref())
        }
        ContentBlock::Audio(audio) => named("audio", &audio.mime_type, audio.data.len(), None),
        ContentBlock::ResourceLink(link) => {
            let name = link.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&link.name);
            format!("[{name}]({})", link.uri)
        }
        ContentBlock::Resource(resource) => resource_text(resource),
        _ => "[something that can't be shown]".to_owned(),
    }
}

fn resource_text(resource: &EmbeddedResource) -> String {
    match &resource.resource {
        EmbeddedResourceResource::TextResourceContents(it) => format!("{}\n\n{}\n", it.uri, it.text),
        EmbeddedResourceResource::BlobResourceContents(it) => {
            named("file", it.mime_type.as_deref().unwrap_or("binary"), it.blob.len(), Some(&it.uri))
        }
        _ => "[a resource that can't be shown]".to_owned(),
    }
}

/// Names what came as base64.
fn named(what: &str, kind: &str, base64: usize, uri: Option<&str>) -> String {
    let kilobytes = (base64 / 4 * 3).div_ceil(1000);
    let of = uri.map(|uri| format!(" {uri}")).unwrap_or_default();
    format!("[{what}{of}: {kind}, {kilobytes} kB]")
}
