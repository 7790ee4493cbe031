//! The peer nginx with nchan: one process, as on a server of one processor.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Kind, Server, plain};
use crate::roles::{Process, Side};

/// Where Debian puts the module.
const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";

/// What is missing for it, in words for a person.
#[must_use]
pub fn missing() -> Option<&'static str> {
    let is_there = fs::exists(MODULE).unwrap_or(false) && fs::exists("/usr/sbin/nginx").unwrap_or(false);
    (!is_there)
        .then_some("nginx with nchan was not measured: `apt-get install nginx-light libnginx-mod-nchan`")
}

/// Starts it, without a master process: when that is killed, its workers outlive it.
///
/// # Errors
/// If it can't be started.
pub fn start() -> io::Result<Server> {
    let folder = tempfile::tempdir()?;
    // Free a moment ago: nginx takes no socket from somebody else.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let path = folder.path().display();
    let configuration = format!(
        "load_module {MODULE};\ndaemon off;\nmaster_process off;\nworker_rlimit_nofile 20000;\npid {path}/pid;\n\
         error_log {path}/error.log;\nevents {{ worker_connections 19000; }}\n\
         http {{\n access_log off;\n tcp_nodelay on;\n client_body_temp_path {path}/body;\n proxy_temp_path {path}/proxy;\n\
         fastcgi_temp_path {path}/fastcgi;\n scgi_temp_path {path}/scgi;\n uwsgi_temp_path {path}/uwsgi;\n\
         keepalive_requests 1000000;\n client_body_buffer_size 64k;\n\
         server {{\n listen {address} backlog=4096;\n\
         location = /publish {{ nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 1024; }}\n\
         location = /events {{ nchan_subscriber eventsource; nchan_channel_id bench; nchan_subscriber_first_message newest; }}\n }}\n}}\n"
    );
    let file = folder.path().join("nginx.conf");
    fs::write(&file, configuration)?;
    let process = Process::start(Command::new("/usr/sbin/nginx").arg("-c").arg(&file), Side::Server)?;
    let begin = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        if begin.elapsed() > Duration::from_secs(10) {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "nginx does not listen"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(Server {
        kind: Kind::Nchan,
        process,
        address,
        stream: "/events".to_owned(),
        headers: vec!["accept: text/event-stream".to_owned()],
        until: "\r\n\r\n",
        small: plain("/publish"),
        large: plain("/publish"),
        _folder: Some(folder),
    })
}
