//! Streams behind nginx as it is out of the box: it buffers answers and speaks HTTP/1.0 to us, and a stream passes all the same.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command},
};

use serde_json::json;
use tokio::{net::TcpStream, time::Instant};

use crate::{
    app::{TestApp, eventually},
    client::Client,
    sse_reader::{PATIENCE, SseReader},
};

const CHANGES: usize = 300;

/// An nginx that passes everything on, until it is dropped.
struct Nginx {
    address: SocketAddr,
    child: Child,
}

impl Nginx {
    async fn before(server: SocketAddr, folder: &Path) -> Self {
        // Free a moment ago: nginx takes no socket from somebody else.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let path = folder.display();
        let temporary = ["client_body", "proxy", "fastcgi", "scgi", "uwsgi"]
            .map(|kind| format!("{kind}_temp_path {path}/{kind};"))
            .join(" ");
        let configuration = format!(
            "daemon off; master_process off; pid {path}/pid; error_log {path}/error.log; events {{}}\n\
             http {{ access_log off; {temporary}\n\
             server {{ listen {address}; location / {{ proxy_pass http://{server}; proxy_set_header Host $http_host; }} }} }}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let started = Command::new("nginx").arg("-c").arg(&file).spawn();
        let child = started.expect("nginx runs: it is a package of that name (nginx-light is enough)");
        let nginx = Self { address, child };
        eventually("nginx listens", async || TcpStream::connect(address).await.is_ok()).await;
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens a stream by way of the proxy; `HTTP/1.1` answers of it are in chunks, so the strict reader reads them.
async fn opened(client: &Client, query: &str) -> SseReader {
    let mut stream = client.stream(query).await;
    stream.opening().await;
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it needs nginx: `make test-long`"]
async fn behind_nginx_each_message_comes_at_once_and_none_is_lost() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let nginx = Nginx::before(app.address, app.folder()).await;
    let behind = Client::new(nginx.address, app.token.clone());
    let query = format!("boardId={board}&patch=1");
    let (mut direct, mut proxied) = (opened(&app, &query).await, opened(&behind, &query).await);

    // Small ones, one at a time: each is there before the next is made.
    for number in 0..20 {
        app.create_card(&board, &format!("{number}")).await;
        let sent = Instant::now();
        assert_eq!(proxied.next().await, direct.next().await);
        assert!(sent.elapsed() < PATIENCE / 10, "it lay in a buffer for {:?}", sent.elapsed());
    }
    // Many at once, and large.
    for number in 0..CHANGES {
        let title = format!("{number} {}", "\u{1F980}".repeat(400));
        app.post(&format!("/boards/{board}/cards"), json!({ "title": title })).await.ok();
    }
    let mut last = None;
    for _ in 0..CHANGES {
        let frame = proxied.next().await;
        assert_eq!(frame, direct.next().await);
        last = frame.id;
    }
    // Through the proxy a stream goes on where it was.
    let last = last.unwrap();
    app.create_card(&board, "while nobody looked").await;
    let mut resumed = behind.stream(&format!("{query}&lastEventId={last}")).await;
    assert!(resumed.next().await.hello().resumed);
    assert_eq!(resumed.next().await, direct.next().await);
    assert_eq!(app.open().boards, 3);
    // Who leaves is missed, with a proxy in between as without one.
    drop((proxied, resumed));
    eventually("the readers behind the proxy are missed", async || app.open().boards == 1).await;
}
