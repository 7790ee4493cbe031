// A TCP proxy between browser and server, to do to a connection what a sleeping laptop or a bad network does.
import { createServer, connect, type Server as TcpServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export class Proxy {
  private listener: TcpServer;
  private pairs = new Set<{ client: Socket; upstream: Socket }>();
  private silent = false;

  private constructor(listener: TcpServer) {
    this.listener = listener;
  }

  /** Listens on a free port and forwards to `url`. */
  static async to(url: string): Promise<Proxy> {
    const { hostname, port } = new URL(url);
    const listener = createServer();
    const proxy = new Proxy(listener);
    listener.on("connection", (client) => {
      const upstream = connect(Number(port), hostname);
      const pair = { client, upstream };
      proxy.pairs.add(pair);
      const end = () => {
        proxy.pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      };
      for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
      client.on("data", (bytes) => proxy.silent || upstream.write(bytes));
      upstream.on("data", (bytes) => proxy.silent || client.write(bytes));
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  /** The address of a page of the server, through the proxy. */
  through(link: string): string {
    const { pathname, search } = new URL(link);
    return `${this.url}${pathname}${search}`;
  }

  get connections(): number {
    return this.pairs.size;
  }

  /** Swallows every byte while connections stay open, as a network does that went away without a word. */
  fallSilent(): void {
    this.silent = true;
  }

  /** New connections work again; what was sent on the old ones is lost for good. */
  speakAgain(): void {
    for (const pair of this.pairs) pair.upstream.destroy();
    this.silent = false;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const { client, upstream } of this.pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  async dispose(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }
}
