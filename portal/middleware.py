"""Headers that keep pages private."""

from django.http import HttpRequest, HttpResponse


class PrivatePages:
    """Mark every answer to somebody signed in as not to be kept by browser or proxy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=()")
        if "Cache-Control" not in response.headers and "sessionid" in request.COOKIES:
            response.headers["Cache-Control"] = "no-store"
        return response
