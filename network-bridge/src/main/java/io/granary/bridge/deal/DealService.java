package io.granary.bridge.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a protocol asks and answers.
 *
 * @param requestBytesMax the longest request
 * @param reader reads a request; an {@link IllegalArgumentException} says what is wrong with it
 * @param desk asks for the answer, with a stage that fails only when nobody could be asked
 * @param refusal an answer that says why there is no better one; empty when the protocol has no
 *     place for a reason. The request is there once it has been read.
 */
record DealService<Q>(
    int requestBytesMax,
    Function<Bytes, Q> reader,
    Function<Q, CompletionStage<? extends CborEncodable>> desk,
    BiFunction<Optional<Q>, String, Optional<CborEncodable>> refusal) {}
