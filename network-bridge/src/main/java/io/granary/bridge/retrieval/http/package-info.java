/**
 * A small HTTP/1.1 server (RFC 9110, RFC 9112) on Netty and its HTTP codec, for answers that are
 * large and never change. It knows GET and HEAD, no request bodies.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.retrieval.http.HttpServer} accepts connections, as many as {@link
 *       io.granary.bridge.retrieval.http.Clients} allows an address.
 *   <li>{@link io.granary.bridge.retrieval.http.Connection} takes one decoded request after the
 *       other, which {@link io.granary.bridge.retrieval.http.Requests} judges.
 *   <li>The {@link io.granary.bridge.retrieval.http.RequestHandler} answers on a worker thread of
 *       {@link io.granary.bridge.retrieval.http.FairTurns}, where each address has its turn. One
 *       who cannot answer yet throws {@link io.granary.bridge.retrieval.http.NotYetException} and
 *       is asked again: the connection waits, no thread does.
 *   <li>{@link io.granary.bridge.retrieval.http.Transfer} takes the {@link
 *       io.granary.bridge.retrieval.http.Body} part by part, each in a turn of its own and only
 *       while the socket takes more: a slow reader holds a bounded buffer and no thread, and loses
 *       its connection when it takes nothing for too long.
 * </ol>
 */
@NullMarked
package io.granary.bridge.retrieval.http;

import org.jspecify.annotations.NullMarked;
