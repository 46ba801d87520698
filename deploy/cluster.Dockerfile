# The whole `taper`, for silos of a cluster and for training on it. From the root of the checkout:
#
#     docker build -f deploy/cluster.Dockerfile -t taper .
#
# Images are named by arguments, so that a mirror or a pinned digest can take their place.
ARG SDK_IMAGE=dotnet/sdk:10.0
ARG RUNTIME_IMAGE=dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Taper.Cli -c Release --use-current-runtime --self-contained false -o /app

FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=build /app .
ENV DOTNET_EnableDiagnostics=0 PATH=/app:$PATH
# As the user that the runtime image has for it, by number; the shared folder has to be his to write.
USER 1654
# Other silos, clients, metrics.
EXPOSE 11111 30000 9320
ENTRYPOINT ["./taper"]
CMD ["cluster", "silo", "--help"]
